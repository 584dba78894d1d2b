internal import CLinux
internal import Glibc
package import Identities
package import Linux
package import Transport
internal import Waiting
package import Wire

/// The processes of runners: one thread starts them, passes on what they write, and reports their ends.
///
/// The system kills a runner when the thread that started it ends, so no runner outlives this process.
package final class RunnerJob: RunnerProcesses, Sendable {
    /// The program of the runners.
    package struct Program: Sendable {
        /// A path.
        package var executable: String
        /// The name of the program and its arguments.
        package var words: [String]
        /// The variables of all workers.
        package var environment: Environment
        /// Returns further variables of a worker.
        package var ofWorker: @Sendable (WorkerID) -> [(name: String, value: String)]
        /// Returns what a worker is told about itself.
        package var invocation: @Sendable (WorkerID) -> WorkerInvocation
        /// The working directory; nil for that of this process.
        package var directory: String?
        /// Returns the text before each line that a worker writes to a standard stream; nil for none.
        package var label: (@Sendable (WorkerID) -> String)?

        package init(
            executable: String,
            words: [String],
            environment: Environment,
            ofWorker: @escaping @Sendable (WorkerID) -> [(name: String, value: String)],
            invocation: @escaping @Sendable (WorkerID) -> WorkerInvocation,
            directory: String?
        ) {
            self.executable = executable
            self.words = words
            self.environment = environment
            self.ofWorker = ofWorker
            self.invocation = invocation
            self.directory = directory
        }

        func environment(of worker: WorkerID) -> Environment {
            var environment = environment
            for variable in ofWorker(worker) { environment[variable.name] = variable.value }
            environment[WorkerInvocation.variable] = invocation(worker).text
            return environment
        }
    }

    private struct Start {
        let worker: WorkerID
        let memory: CInt
        let bell: CInt
        let progress: TaskProgress?
    }

    private struct State {
        var starts: [Start] = []
        var running: [WorkerID: RunnerProcess] = [:]
        /// The calls that are to be ended when they run.
        var cancelled: [WorkerID: [CallPlace]] = [:]
        /// The process that will be the first to start; nil if it has to be executed, too.
        var forked: ForkedRunner?
        /// How many processes the system had killed for want of memory when a runner was killed last.
        var killCount = OutOfMemory.killCount
        /// Set when no more runners are started.
        var isEnding = false
        /// Set when the losses can be reported.
        var report: (@Sendable (RunnerLoss) -> Void)?
        /// The losses that could not be reported yet.
        var unreported: [RunnerLoss] = []
    }

    private let program: Program
    private let state = Locked(State())
    private let wakeUp: WakeUp
    private let callTimer: CallTimer
    package var timer: any CallTiming { callTimer }
    private let thread = Locked<Thread?>(nil)
    private let streams: RunnerStreams

    /// How long a runner that has said goodbye may take to end.
    private static let grace = Duration.seconds(10)
    /// How often to look at the time when the runners end, in nanoseconds.
    private static let endInterval: UInt64 = 100_000_000

    /// - Parameter forked: The first process of the only worker; nil if it has to be executed like the later ones.
    package init(_ program: Program, _ forked: ForkedRunner? = nil) throws {
        self.program = program
        streams = RunnerStreams(label: program.label)
        let wakeUp = try WakeUp.make()
        self.wakeUp = wakeUp
        state.withLock { $0.forked = forked }
        callTimer = CallTimer { wakeUp() }
        let started = try Thread(name: "mpif-runners") { [self] in watch() }
        thread.withLock { $0 = started }
    }

    /// Sets the function that is told of the ends of runners that were not asked to end.
    package func setReport(_ report: @escaping @Sendable (RunnerLoss) -> Void) {
        let earlier = state.withLock { state in
            state.report = report
            defer { state.unreported = [] }
            return state.unreported
        }
        for loss in earlier { report(loss) }
    }

    package func start(_ worker: WorkerID, memory: CInt, bell: CInt, progress: TaskProgress?) {
        state.withLock { $0.starts.append(Start(worker: worker, memory: memory, bell: bell, progress: progress)) }
        wakeUp()
    }

    package func kill(_ worker: WorkerID) {
        state.withLock { $0.running[worker]?.kill() }
    }

    package func setCancelled(_ calls: [CallPlace], on worker: WorkerID) {
        state.withLock { $0.cancelled[worker] = calls.isEmpty ? nil : calls }
        if !calls.isEmpty { wakeUp() }
    }

    package func end(leaving: Set<WorkerID>) {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        state.withLock { state in
            state.isEnding = true
            state.report = nil
            for (worker, process) in state.running where !leaving.contains(worker) { process.kill() }
        }
        wakeUp()
        thread.join()
    }

    // MARK: The thread

    private func watch() {
        var killTime: Instant?
        while true {
            startWaiting()
            let (processes, isEnding) = state.withLock { (Array($0.running.values), $0.isEnding) }
            if isEnding {
                if processes.isEmpty { return streams.finish() }
                let deadline = killTime ?? .after(Self.grace)
                killTime = deadline
                if Instant.now >= deadline { for process in processes { process.kill() } }
            }
            var polled = [pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
            for process in processes {
                polled.append(pollfd(fd: process.end, events: Int16(POLLIN), revents: 0))
                polled.append(pollfd(fd: process.errors.polledDescriptor, events: Int16(POLLIN), revents: 0))
                polled.append(pollfd(fd: process.output?.polledDescriptor ?? -1, events: Int16(POLLIN), revents: 0))
            }
            for stream in streams.blocked { polled.append(pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)) }
            let next = isEnding ? .now.advanced(byNanoseconds: Self.endInterval) : endCalls(of: processes)
            let timeout = next?.nanoseconds(since: .now) ?? .max
            guard clinux_poll(&polled, nfds_t(polled.count), timeout) > 0 else { continue }
            if polled[0].revents != 0 { WakeUp.clear(wakeUp.descriptor) }
            streams.flush()
            for (index, process) in processes.enumerated() {
                if polled[2 + 3 * index].revents != 0 { process.errors.pass() }
                if polled[3 + 3 * index].revents != 0 { process.output?.pass() }
                if polled[1 + 3 * index].revents != 0 { take(process) }
            }
        }
    }

    /// Ends calls that have taken too long or are cancelled. Returns when to do so again; nil if a wake-up comes first.
    private func endCalls(of processes: [RunnerProcess]) -> Instant? {
        let now = Instant.now
        let cancelled = state.withLock { $0.cancelled }
        var times = [callTimer.nextLook(after: now)]
        for process in processes {
            times.append(process.checkDeadline(now))
            if let calls = cancelled[process.worker] { times.append(process.checkCancelled(calls, now)) }
        }
        return times.compactMap(\.self).min()
    }

    private func startWaiting() {
        let starts = state.withLock { state in
            defer { state.starts = [] }
            return state.starts
        }
        for start in starts {
            defer { close(start.memory) }
            do throws(SystemError) {
                let process = if let forked = takeForked(start) { forked } else { try execute(start) }
                state.withLock { state in
                    state.running[start.worker] = process
                    if state.isEnding { process.kill() }
                }
            } catch {
                report(RunnerLoss(worker: start.worker, end: .notStarted("\(error.code)")))
            }
        }
    }

    private func takeForked(_ start: Start) -> RunnerProcess? {
        let forked = state.withLock { state in
            defer { state.forked = nil }
            return state.forked
        }
        guard let forked else { return nil }
        let invocation = program.invocation(start.worker)
        return RunnerProcess(
            forked,
            invocation,
            start.worker,
            memory: start.memory,
            bell: start.bell,
            progress: start.progress,
            streams
        )
    }

    private func execute(_ start: Start) throws(SystemError) -> RunnerProcess {
        try RunnerProcess(
            program,
            start.worker,
            memory: start.memory,
            bell: start.bell,
            progress: start.progress,
            streams
        )
    }

    /// Reports the end of a process, and kills what its calls have started.
    private func take(_ process: RunnerProcess) {
        // What the call has started goes with it.
        process.kill()
        process.passOutput()
        let end: RunnerLoss.End =
            state.withLock { state in
                state.running[process.worker] = nil
                state.cancelled[process.worker] = nil
                let end = process.wait()
                let group = try? MemoryGroups.own.get().group(of: process.id)
                defer { group?.remove() }
                guard end == .killed(signal: Int(SIGKILL)) else { return end }
                let earlier = state.killCount
                state.killCount = OutOfMemory.killCount
                if let group, group.killCount > 0 { return .outOfMemory }
                return state.killCount > earlier ? .outOfMemory : end
            }
        // Its last output goes first, because the report may end the program.
        process.finishOutput()
        report(RunnerLoss(worker: process.worker, end: end, lastWords: process.errors.lastLines))
    }

    private func report(_ loss: RunnerLoss) {
        let report = state.withLock { state in
            if state.report == nil, !state.isEnding { state.unreported.append(loss) }
            return state.report
        }
        report?(loss)
    }
}
