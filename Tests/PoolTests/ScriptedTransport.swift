import Identities
import Support
import Transport
import Waiting
import Wire

/// A transport whose workers are played by the test.
final class ScriptedTransport: RestartableTransport {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What the test waited for has not come.
    struct NothingSent: Error {}

    private struct State {
        /// With how many restarts there had been before.
        var sent: [(worker: WorkerID, frame: FrameBuffer, restarts: Int)] = []
        var arrivals: [(worker: WorkerID, frame: FrameBuffer)] = []
        var sendFailure: Failure?
        var pollFailure: Failure?
        /// Why the workers were lost, each time.
        var causes: [String] = []
        var outageHandler: (@Sendable ([WorkerOutage]) -> Void)?
        var givenUp: [WorkerID] = []
    }

    private let state = Locked(State())
    private let bell = LocalDoorbell()
    private let sending = Parker()
    private let restarting = Parker()

    let workerCount: Int
    /// How often it has new workers in the place of lost ones.
    private let restarts: Int

    init(workerCount: Int, restarts: Int = 0) {
        self.workerCount = workerCount
        self.restarts = restarts
    }

    var doorbell: Doorbell { bell.bell }
    var isSending: Bool { false }
    var capabilities: TransportCapabilities { .losingWorkers }
    var traffic: Backoff.Traffic { .none }

    var waiting: Backoff.Limits {
        var limits = Backoff.Limits()
        limits.longestSleep = 1_000_000
        return limits
    }

    func send(_ frame: FrameBuffer, to worker: WorkerID) throws {
        try state.withLock { state in
            if let failure = state.sendFailure { throw failure }
            state.sent.append((worker, frame, state.causes.count))
        }
        sending.unpark()
    }

    func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? {
        try state.withLock { state in
            if let failure = state.pollFailure { throw failure }
            return state.arrivals.isEmpty ? nil : state.arrivals.removeFirst()
        }
    }

    func setOutageHandler(_ handler: @escaping @Sendable ([WorkerOutage]) -> Void) {
        state.withLock { $0.outageHandler = handler }
    }

    func giveUp(_ worker: WorkerID) {
        state.withLock { state in
            state.givenUp.append(worker)
            state.arrivals.removeAll { $0.worker == worker }
        }
    }

    func shutDown() {}

    var canRestart: Bool { state.withLock { $0.causes.count < restarts } }

    func restart(after cause: any Error) {
        state.withLock { state in
            state.causes.append("\(cause)")
            state.pollFailure = nil
        }
        restarting.unpark()
    }

    // MARK: The script

    /// Waits for the next frame that goes to any worker, if that has not been lost since.
    func nextSent() throws -> (worker: WorkerID, frame: MasterFrame) {
        while true {
            guard sending.park(until: .after(hangTime)) else { throw NothingSent() }
            let (sent, restarts) = state.withLock { ($0.sent.removeFirst(), $0.causes.count) }
            if sent.restarts == restarts { return (sent.worker, try MasterFrame(parsing: sent.frame)) }
        }
    }

    /// Loses the workers, and waits until there are others.
    func loseWorkers(_ cause: String) throws {
        state.withLock { $0.arrivals = [] }
        failPolling(cause)
        guard restarting.park(until: .after(hangTime)) else { throw NothingSent() }
    }

    /// Loses workers for good. The others go on.
    func lose(_ workers: [WorkerID], _ cause: WorkerOutage.Cause = .silence(seconds: 60)) {
        let handler = state.withLock { $0.outageHandler }
        handler?(workers.map { WorkerOutage($0, cause) })
    }

    /// The workers that were given up.
    var givenUp: [WorkerID] { state.withLock { $0.givenUp } }

    /// Why the workers were lost, each time.
    var causes: [String] { state.withLock { $0.causes } }

    /// Waits for the next frame, which has to be one of tasks.
    func nextTasks() throws -> (worker: WorkerID, tasks: TaskFrame) {
        let (worker, frame) = try nextSent()
        guard case .tasks(let tasks) = frame else { throw NothingSent() }
        return (worker, tasks)
    }

    /// Takes the next frame of tasks, if there is one soon.
    func tasksIfAny() throws -> (worker: WorkerID, tasks: TaskFrame)? {
        guard sending.park(until: .after(.milliseconds(5))) else { return nil }
        let (worker, frame, _) = state.withLock { $0.sent.removeFirst() }
        guard case .tasks(let tasks) = try MasterFrame(parsing: frame) else { return nil }
        return (worker, tasks)
    }

    func arrive(_ frame: FrameBuffer, from worker: WorkerID = 0) {
        state.withLock { state in
            if !state.givenUp.contains(worker) { state.arrivals.append((worker, frame)) }
        }
        doorbell.ring()
    }

    func report() {
        for worker in (0..<workerCount).map({ WorkerID($0) }) {
            arrive(WorkerFrame.readyFrame(Replies.identity(worker)), from: worker)
        }
    }

    func failSending(_ text: String) { state.withLock { $0.sendFailure = Failure(description: text) } }

    func failPolling(_ text: String) {
        state.withLock { $0.pollFailure = Failure(description: text) }
        doorbell.ring()
    }
}
