import Identities
import Support
import Testing
import Waiting
import Wire

@testable import Transport

@Suite("A deferred transport")
struct DeferredTransportTests {
    private let end = End()

    /// What the transport says of its end: whether all workers have left.
    private final class End: Sendable {
        let haveAllLeft = Locked<[Bool]>([])
    }

    private func make(startTimeout: Duration = .seconds(1000)) -> DeferredTransport {
        DeferredTransport(expectedCount: 5, startTimeout: startTimeout) { [end] haveAllLeft in
            end.haveAllLeft.withLock { $0.append(haveAllLeft) }
        }
    }

    @Test("A deferred transport delivers nothing before the real one has come, and then its frames")
    func arrival() throws {
        let transport = make()
        #expect(try transport.poll() == nil)
        #expect(transport.workerCount == 5)
        let workers = PlayedWorkers(workerCount: 2)
        workers.arrive(frame([130]), from: 1)
        transport.arrive(workers)
        #expect(transport.workerCount == 2)
        #expect(try transport.poll()?.worker == 1)
        try transport.send(frame([9]), to: 0)
        #expect(workers.next()?.bytes == [9])
    }

    @Test("A deferred transport says why it does not come")
    func failure() {
        let transport = make()
        transport.fail(Loss("no room"))
        #expect { try transport.poll() } throws: { "\($0)" == "no room" }
    }

    @Test("A deferred transport fails when its timeout has passed")
    func deadline() {
        let transport = make(startTimeout: .zero)
        #expect { try transport.poll() } throws: { "\($0)".hasPrefix("the workers did not serve within ") }
    }

    @Test("A deferred transport ends with the one that it stands for, and tells whether all workers have left")
    func shutDown() throws {
        make().shutDown()
        for goodbyes in 0...2 {
            let (transport, workers) = (make(), PlayedWorkers(workerCount: 2))
            transport.arrive(workers)
            for worker in 0..<goodbyes { workers.arrive(WorkerFrame.goodbyeFrame(), from: WorkerID(worker)) }
            while try transport.poll() != nil {}
            transport.shutDown()
            #expect(workers.isShutDown)
        }
        #expect(end.haveAllLeft.withLock { $0 } == [false, false, true])
    }
}

@Suite("A transport between threads")
struct ThreadTransportTests {
    @Test("A transport between threads brings each frame to the right end, in order")
    func frames() {
        let transport = ThreadTransport(workerCount: 3)
        for number in UInt8(0)..<9 { transport.send(frame([number]), to: WorkerID(Int(number) % 3)) }
        for worker in 0..<3 {
            let end = transport.workerEnd(WorkerID(worker))
            var numbers: [UInt8] = []
            while let frame = end.poll() { numbers += Array(frame.bytes) }
            #expect(numbers == [0, 3, 6].map { UInt8($0 + worker) })
        }
        for worker in [2, 0, 1, 2] { transport.workerEnd(WorkerID(worker)).send(frame([UInt8(worker)])) }
        var arrivals: [[Int]] = []
        while let (worker, frame) = transport.poll() { arrivals.append([worker.number, Int(frame.bytes[0])]) }
        #expect(arrivals == [[2, 2], [0, 0], [1, 1], [2, 2]])
    }
}

@Suite("Doorbells in shared memory")
struct SharedDoorbellsTests {
    @Test("Doorbells in shared memory are found by their invitation, and each wakes its own sleeper")
    func ringing() throws {
        let (made, invitation) = try #require(SharedDoorbells.make(count: 4))
        let opened = try #require(SharedDoorbells.open(invitation))
        SharedDoorbells.withdraw(invitation)
        for index in 0..<4 { made[index].beginSleep() }
        opened[2].ring()
        for index in [0, 1, 3] { #expect(!made[index].waitForRing(until: .now)) }
        #expect(made[2].waitForRing(until: .after(hangTime)))
    }

    @Test("Doorbells in shared memory are not those of another job, or of another number, under the same path")
    func invitations() throws {
        let (made, invitation) = try #require(SharedDoorbells.make(count: 4))
        typealias Invitation = SharedDoorbells.Invitation
        #expect(
            SharedDoorbells.open(Invitation(path: invitation.path, nonce: invitation.nonce &+ 1, count: 4)) == nil
        )
        for count in [3, 5, 1 << 20] {
            #expect(
                SharedDoorbells.open(Invitation(path: invitation.path, nonce: invitation.nonce, count: count)) == nil
            )
        }
        SharedDoorbells.withdraw(invitation)
        #expect(SharedDoorbells.open(invitation) == nil, "its descriptor is closed")
        made[3].ring()
    }
}
