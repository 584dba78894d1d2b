import Glibc
import Identities
import Support
import Synchronization
import Testing
import Transport
import Waiting
import Wire

@Suite("A master's connection to a relay", .hangGuarded)
struct RelayMasterTests {
    /// The relay's end, and what the transport does about the job.
    private final class Job: Sendable {
        struct NothingCame: Error {}

        private let ready = Atomic(0)
        private let lost = Atomic(0)
        private let ended = Atomic(0)
        private let starts: Starts
        let transport: RelayMasterTransport

        private final class Starts: Sendable {
            let causes = Locked<[String?]>([])
        }

        init(workers: Int = 2, restarts: Int = 0) throws {
            let starts = Starts()
            transport = try RelayMasterTransport(workerCount: workers, restarts: restarts) { _, cause in
                starts.causes.withLock { $0.append(cause.map { "\($0)" }) }
            }
            self.starts = starts
        }

        /// Why the job was started, each time.
        var startCauses: [String?] { starts.causes.withLock { $0 } }
        var readyCount: Int { ready.load(ordering: .relaxed) }
        var lossCount: Int { lost.load(ordering: .relaxed) }
        var endCount: Int { ended.load(ordering: .relaxed) }

        /// Connects a relay that the test plays.
        func connect() throws -> SocketEnd {
            let (left, right) = try socketPair()
            transport.setEnd {
                self.ended.add(1, ordering: .relaxed)
            } onReady: {
                self.ready.add(1, ordering: .relaxed)
            } onLoss: {
                self.lost.add(1, ordering: .relaxed)
            }
            let bell = transport.doorbell
            transport.connect(try FrameSocket(descriptor: right) { bell.ring() })
            return try SocketEnd(left)
        }

        /// Waits for a frame.
        func next() throws -> (worker: WorkerID, frame: FrameBuffer) {
            let deadline = Instant.after(hangTime)
            while Instant.now < deadline {
                if let arrival = try transport.poll() { return arrival }
                usleep(200)
            }
            throw NothingCame()
        }

        /// Looks for a frame until `condition` holds.
        func poll(until condition: () -> Bool) throws {
            let deadline = Instant.after(hangTime)
            while !condition() {
                guard Instant.now < deadline else { throw NothingCame() }
                #expect(try transport.poll() == nil)
                usleep(200)
            }
        }
    }

    private func greet(_ relay: SocketEnd) { relay.socket.send(frame([1]), worker: FrameSocket.control) }

    private func report(_ relay: SocketEnd, _ worker: Int, processID: Int32 = 1, host: String = "here") {
        let identity = PlayedWorkers.identity(worker, processID: processID, host: host)
        relay.socket.send(WorkerFrame.readyFrame(identity), worker: UInt32(worker))
    }

    @Test("A master's connection to a relay is up when the relay says so, and ready when every worker has reported")
    func start() throws {
        let job = try Job()
        #expect(try job.transport.poll() == nil)
        let relay = try job.connect()
        greet(relay)
        try job.poll { job.transport.isUp }
        report(relay, 0)
        #expect(try job.next().worker == 0)
        #expect(job.readyCount == 0)
        report(relay, 1)
        #expect(try job.next().worker == 1)
        #expect(job.readyCount == 1)
        #expect(job.startCauses == [nil])
        job.transport.shutDown()
        #expect(job.endCount == 1)
        relay.socket.close()
    }

    @Test("A master's connection to a relay passes frames on, and refuses those of workers that there are not")
    func frames() throws {
        let job = try Job()
        let relay = try job.connect()
        job.transport.send(frame([5, 6]), to: 1)
        let sent = try #require(try relay.next())
        #expect(sent.worker == 1 && sent.bytes == [5, 6])
        relay.socket.send(frame([130, 7]), worker: 1)
        let arrival = try job.next()
        #expect(arrival.worker == 1 && Array(arrival.frame.bytes) == [130, 7])
        relay.socket.send(frame([130]), worker: 2)
        #expect { try job.next() } throws: { "\($0)" == "the relay speaks of worker 2" }
        job.transport.shutDown()
        relay.socket.close()
    }

    @Test("A master's connection to a relay gives what came before the job's end, then the reason")
    func loss() throws {
        let job = try Job()
        defer { job.transport.shutDown() }
        let relay = try job.connect()
        for number in UInt8(0)..<5 { relay.socket.send(frame([130, number]), worker: 0) }
        relay.socket.close()
        job.transport.jobEnded(Loss("the roof fell in"))
        for number in UInt8(0)..<5 {
            // The end may be known before the frames are here.
            guard let arrival = try? job.next() else { return }
            #expect(Array(arrival.frame.bytes) == [130, number])
        }
        #expect { try job.next() } throws: { "\($0)" == "the roof fell in" }
    }

    @Test(
        "A master's connection to a relay tells once that the relay is gone, unless all workers have left in good order"
    )
    func relayGone() throws {
        let job = try Job()
        let relay = try job.connect()
        relay.socket.close()
        try job.poll { job.lossCount > 0 }
        for _ in 0..<5 { #expect(try job.transport.poll() == nil) }
        #expect(job.lossCount == 1)
        job.transport.shutDown()
    }

    @Test("A master's connection to a relay takes the job's end for good when all workers have said goodbye")
    func goodEnd() throws {
        let job = try Job()
        let relay = try job.connect()
        relay.socket.send(WorkerFrame.goodbyeFrame(), worker: 0)
        _ = try job.next()
        #expect(!job.transport.haveAllLeft)
        relay.socket.send(WorkerFrame.goodbyeFrame(), worker: 1)
        _ = try job.next()
        #expect(job.transport.haveAllLeft)
        job.transport.jobEnded(Loss("mpiexec ended with status 0"))
        relay.socket.close()
        for _ in 0..<20 {
            #expect(try job.transport.poll() == nil)
            usleep(1000)
        }
        #expect(job.lossCount == 0)
        job.transport.shutDown()
    }

    @Test("A master's connection to a relay begins anew with each job, as often as it may")
    func restarts() throws {
        let job = try Job(restarts: 2)
        for round in 1...2 {
            let relay = try job.connect()
            greet(relay)
            try job.poll { job.transport.isUp }
            report(relay, 0, processID: 17)
            _ = try job.next()
            relay.socket.send(WorkerFrame.goodbyeFrame(), worker: 0)
            _ = try job.next()
            job.transport.jobEnded(Loss("lost \(round)"))
            #expect(job.transport.canRestart)
            try job.transport.restart(after: Loss("lost \(round)"))
            #expect(job.endCount == round)
            #expect(!job.transport.isUp)
            #expect(job.transport.worker(processID: 17, host: "here") == nil)
            // Neither the end of the last job nor its goodbyes count for this one.
            #expect(try job.transport.poll() == nil)
            relay.socket.close()
        }
        #expect(!job.transport.canRestart)
        #expect(job.startCauses == [nil, "lost 1", "lost 2"])
        let relay = try job.connect()
        relay.socket.send(WorkerFrame.goodbyeFrame(), worker: 1)
        _ = try job.next()
        #expect(!job.transport.haveAllLeft)
        report(relay, 0)
        _ = try job.next()
        #expect(job.readyCount == 0)
        report(relay, 1)
        _ = try job.next()
        #expect(job.readyCount == 1)
        job.transport.shutDown()
        relay.socket.close()
    }

    @Test("A master's connection to a relay hears of no loss after its end")
    func afterTheEnd() throws {
        let job = try Job()
        let relay = try job.connect()
        job.transport.shutDown()
        #expect(try job.transport.poll() == nil)
        #expect(job.lossCount == 0)
        job.transport.shutDown()
        #expect(job.endCount == 1)
        relay.socket.close()
    }

    @Test("A master's connection to a relay knows which worker a process is, on the host first that is asked about")
    func workers() throws {
        let job = try Job(workers: 3)
        let relay = try job.connect()
        report(relay, 0, processID: 7, host: "a")
        report(relay, 1, processID: 7, host: "b")
        report(relay, 2, processID: 8, host: "a")
        for _ in 0..<3 { _ = try job.next() }
        #expect(job.transport.worker(processID: 7, host: "a")?.rank == 1)
        #expect(job.transport.worker(processID: 7, host: "b")?.rank == 2)
        // The host may be known by another name.
        #expect(job.transport.worker(processID: 8, host: "c")?.rank == 3)
        #expect(job.transport.worker(processID: 9, host: "a") == nil)
        job.transport.shutDown()
        relay.socket.close()
    }
}
