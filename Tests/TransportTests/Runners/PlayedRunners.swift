import Glibc
import Identities
import Testing
import Waiting
import Wire

@testable import Transport

/// Runners without processes: the test does what a runner would do, and says when one dies.
///
/// One thread uses it; the lock is for the compiler.
final class PlayedRunners: RunnerProcesses {
    /// The end of one runner that dies when the test lets go of it.
    final class Runner: @unchecked Sendable {
        let transport: RunnerWorkerTransport
        /// The frames that it has received and not served.
        var waiting: [FrameBuffer] = []

        /// A descriptor of the memory that it shares with the master.
        private let memory: CInt

        init(_ transport: RunnerWorkerTransport, memory: CInt) {
            self.transport = transport
            self.memory = memory
        }

        deinit { close(memory) }

        /// Overwrites the positions of both rings, which are before their data, a megabyte each.
        func overwriteRings() {
            let (end, bytes) = (lseek(memory, 0, SEEK_END), [UInt8](repeating: 0x5a, count: 256))
            #expect(pwrite(memory, bytes, bytes.count, end - (2 << 20) - bytes.count) == bytes.count)
        }

        /// What has come from the master.
        func poll() throws -> [String] {
            var texts: [String] = []
            while let frame = try transport.poll() { texts.append(try RunnerFrames.describe(frame)) }
            return texts
        }

        func send(_ frame: FrameBuffer) throws { try transport.send(frame) }

        /// Notes all results of a worker that has not sent them.
        func commit(_ results: [UInt8]) {
            let reply = ResultFrame.begin(sequence: 0, first: 0, capacity: 64)
            for result in results { RunnerFrames.append(result, to: reply) }
            transport.progress?.commit(results.count, in: reply)
        }
    }

    private struct State {
        var runners: [WorkerID: Runner] = [:]
        var starts: [WorkerID] = []
        var killed: [WorkerID] = []
        var leaving: Set<WorkerID>?
    }

    private let state = Locked(State())

    var starts: [WorkerID] { state.withLock { $0.starts } }
    var killed: [WorkerID] { state.withLock { $0.killed } }
    /// The workers that were to end by themselves, once the transport has shut down.
    var leaving: Set<WorkerID>? { state.withLock { $0.leaving } }

    let timer: any CallTiming = CallTimer {}

    func setCancelled(_ calls: [CallPlace], on worker: WorkerID) {}

    func start(_ worker: WorkerID, memory: CInt, bell: CInt, progress: TaskProgress?) {
        do {
            // The master keeps its descriptor of the doorbell.
            let copy = dup(memory)
            let transport = try RunnerWorkerTransport(memory: memory, bell: dup(bell))
            state.withLock { state in
                state.runners[worker] = Runner(transport, memory: copy)
                state.starts.append(worker)
            }
        } catch {
            Issue.record(error)
        }
    }

    func kill(_ worker: WorkerID) { state.withLock { $0.killed.append(worker) } }

    func end(leaving: Set<WorkerID>) { state.withLock { $0.leaving = leaving } }

    /// The process of a worker; nil between its end and the start of the next one.
    subscript(worker: WorkerID) -> Runner? {
        get { state.withLock { $0.runners[worker] } }
        set { state.withLock { $0.runners[worker] = newValue } }
    }
}

/// A master's transport whose runners a test plays.
final class PlayedRunnerJob {
    let runners = PlayedRunners()
    let master: RunnerMasterTransport

    /// The failure of a call is "callable how", where "init" stands before the callable of an initializer.
    init(workers: Int = 1) throws {
        master = try RunnerMasterTransport(workerCount: workers, processes: runners) { loss, call in
            let name = "\(call.isInitializer ? "init " : "")\(call.definition?.name ?? "unknown")"
            return Array("\(name) \(loss.text)\(loss.lastWords.isEmpty ? "" : ": \(loss.lastWords)")".utf8)
        }
    }

    func runner(_ worker: WorkerID = 0) throws -> PlayedRunners.Runner { try #require(runners[worker]) }

    /// Lets a worker report, and takes its report.
    func greet(_ worker: WorkerID = 0) throws {
        try runner(worker).send(RunnerFrames.ready)
        #expect(try replies() == ["ready"])
    }

    /// The process of a worker ends.
    func die(_ worker: WorkerID = 0, _ end: RunnerLoss.End = .killed(signal: 11), lastWords: String = "") {
        runners[worker] = nil
        master.note(RunnerLoss(worker: worker, end: end, lastWords: lastWords))
    }

    func send(_ frame: FrameBuffer, to worker: WorkerID = 0) throws { try master.send(frame, to: worker) }

    /// What has come from the workers.
    func replies() throws -> [String] {
        var texts: [String] = []
        while let (_, frame) = try master.poll() { texts.append(try RunnerFrames.describeReply(frame)) }
        return texts
    }
}
