import Glibc
import Identities
import Linux
import Support
import Testing
import Transport
import Waiting
import Wire

@testable import Pool

@Suite("Workers that nobody will use", .inTurn, .hangGuarded)
struct UnstartedTests {
    @Test("Workers that nobody will use are let go if the pool gets no thread")
    func noThread() throws {
        let transport = ScriptedTransport(workerCount: 2)
        for worker in [WorkerID(0), WorkerID(1)] {
            transport.arrive(WorkerFrame.readyFrame(Replies.identity(worker)), from: worker)
            transport.arrive(WorkerFrame.goodbyeFrame(), from: worker)
        }
        let error = Linux.Thread.refusal.withValue({ $0 == "mpif-dispatch" ? SystemError.Code(EAGAIN) : nil }) {
            #expect(throws: SystemError.self) {
                _ = try Pool(transport: transport, describeFailure: { _ in "" })
            }
        }
        #expect(error.map { "\($0)" } == "cannot start the thread 'mpif-dispatch': Resource temporarily unavailable")
        for _ in 0..<2 {
            guard case .goodbye = try transport.nextSent().frame else {
                Issue.record("another frame than a goodbye")
                return
            }
        }
        #expect(try transport.poll() == nil, "the answers were not waited for")
    }

    @Test("Workers that nobody will use are let go if they come after the deadline for their start")
    func late() throws {
        let parted = Locked<[Bool]>([])
        let deferred = DeferredTransport(expectedCount: 2, startTimeout: .zero) { haveAllLeft in
            parted.withLock { $0.append(haveAllLeft) }
        }
        #expect(throws: (any Error).self) { try deferred.poll() }
        deferred.shutDown()
        let transport = ScriptedTransport(workerCount: 2)
        for worker in 0..<2 { transport.arrive(WorkerFrame.goodbyeFrame(), from: WorkerID(worker)) }
        deferred.arrive(transport)
        #expect(parted.withLock { $0 } == [true])
        for _ in 0..<2 {
            guard case .goodbye = try transport.nextSent().frame else {
                Issue.record("another frame than a goodbye")
                return
            }
        }
    }
}
