internal import Glibc
internal import Linux
package import Transport
internal import Waiting
internal import Wire

/// A job of workers that `mpiexec` runs for one executor of this process, from its start to its end.
package final class RelayJob: Sendable {
    private struct State {
        var deadline: Deadline?
        var relayID: Int?
        /// Whether all workers have reported.
        var isComplete = false
        /// Why this process has killed the job; nil if it has not, or if all workers had left.
        var verdict: (any Error)?
        /// Whether the connection to the relay has ended and nobody has handled that yet.
        var isCutOff = false
    }

    /// The instant at which the job is killed, and the reason.
    private struct Deadline {
        let instant: Instant
        /// Nil if nobody asks for a reason any more.
        let reason: (any Error)?
        /// Whether the deadline is that of the start. It does not apply once all workers serve.
        var isForStart = false
        /// Whether the deadline is extended to `reportTimeout` if a process of the job has ended by then.
        var isProvisional = false
    }

    private let command: MPIExecCommand
    private let launch: Launch
    private let environment: WorkerEnvironment
    private let transport: RelayMasterTransport
    private let state: Locked<State>
    private let startTimeout: Duration
    /// The name by which this host's processes know it.
    private let host: String
    private let over = Parker()
    private let wakeUp: WakeUp

    /// What has been done to end the job. A job that is starting is asked first: an `mpiexec` that is killed leaves the
    /// step behind that it has asked a batch system for.
    private enum Force { case none, terminate, kill }

    /// How long an orderly exit may take. It is longer than the timeout of `MPI_Finalize`.
    private static let exitTimeout = Duration.seconds(15)
    /// How long mpiexec may take to report the end of a relay.
    private static let reportTimeout = Duration.seconds(5)
    /// How long the kernel may take to close all connections of a process that has ended.
    private static let closeTimeout = Duration.milliseconds(200)

    /// Starts the job and returns at once. Later events are reported to `transport`.
    ///
    /// - Parameter startTimeout: How long it may take until all workers serve.
    package static func start(
        _ command: MPIExecCommand,
        for launch: Launch,
        environment: WorkerEnvironment,
        _ transport: RelayMasterTransport,
        host: String,
        startTimeout: Duration
    ) throws {
        let job = try RelayJob(command, launch, environment, transport, host, startTimeout)
        let thread = try Thread(name: "mpif-job") { job.run() }
        thread.detach()
        transport.setEnd {
            job.end()
        } onReady: {
            job.state.withLock { $0.isComplete = true }
            job.wakeUp()
        } onLoss: {
            job.state.withLock { $0.isCutOff = true }
            job.wakeUp()
        }
    }

    private init(
        _ command: MPIExecCommand,
        _ launch: Launch,
        _ environment: WorkerEnvironment,
        _ transport: RelayMasterTransport,
        _ host: String,
        _ startTimeout: Duration
    ) throws(LaunchError) {
        self.host = host
        self.command = command
        self.launch = launch
        self.environment = environment
        self.transport = transport
        self.startTimeout = startTimeout
        state = Locked(State())
        wakeUp = try WakeUp.make()
    }

    /// Waits until the job has ended. Kills it at once unless all workers have left.
    private func end() {
        setDeadline(in: transport.haveAllLeft ? Self.exitTimeout : .zero, nil)
        _ = over.park(until: nil)
    }

    private func setDeadline(
        in time: Duration,
        _ reason: (any Error)?,
        isForStart: Bool = false,
        isProvisional: Bool = false
    ) {
        state.withLock { state in
            // The deadline of the start is set only once.
            if isForStart, state.deadline != nil { return }
            state.deadline = Deadline(
                instant: .after(time),
                reason: reason,
                isForStart: isForStart,
                isProvisional: isProvisional
            )
        }
        wakeUp()
    }

    // MARK: On the thread of the job

    private func run() {
        do throws(LaunchError) {
            try launch.checkIsExecutable()
            try supervise(try PrivateSocket())
        } catch {
            transport.jobEnded(error)
        }
        over.unpark()
    }

    private func supervise(_ socket: PrivateSocket) throws(LaunchError) {
        var isListening = true
        defer { if isListening { socket.close() } }
        let invocation = WorkerInvocation.relayed(socket: socket.address, host: host, secret: socket.secret)
        var variables = environment.added(to: Allocation.whole(Environment.current.withoutRankVariables()))
        variables[WorkerInvocation.variable] = invocation.text
        let process = try JobProcess(
            command.program,
            command.arguments,
            environment: variables
        )
        let late = LaunchError(
            "the workers did not serve within \(startTimeout)",
            remedy: "MPIFUTURES_START_TIMEOUT gives them more time"
        )
        setDeadline(in: startTimeout, late, isForStart: true)
        var output = JobOutput(process)
        var deaths = DeathWatch()
        defer { deaths.end() }
        var force = Force.none
        while output.isOpen {
            output.wait(for: isListening ? socket.descriptor : -1, or: wakeUp.descriptor, &deaths, until: nextDeadline)
            if isListening, output.isSocketReady { meet(socket, &deaths) }
            if isListening, state.withLock({ $0.isComplete }) {
                socket.close()
                isListening = false
            }
            endAfterLoss(&deaths)
            guard let passed = takePassedDeadline(hasDeath: deaths.hasEnded) else { continue }
            // Processes that have left the job may hold the output open, so it is not read to its end.
            if force == .kill { break }
            if force == .none { state.withLock { $0.verdict = passed.reason } }
            force = force == .none && !transport.isUp ? .terminate : .kill
            if force == .terminate { process.terminate() } else { process.kill() }
            setDeadline(in: .seconds(2), passed.reason)
        }
        output.giveUp()
        finish(process.wait(), output, deaths.first)
    }

    /// Ends a job whose relay cannot be reached any more. If the relay still lives, nobody will report a cause, so the
    /// job ends soon.
    private func endAfterLoss(_ deaths: inout DeathWatch) {
        let (isCutOff, relayID) = state.withLock { state in
            defer { state.isCutOff = false }
            return (state.isCutOff, state.relayID)
        }
        guard isCutOff else { return }
        let relayLives = relayID.map { deaths.sees($0) } ?? false
        setDeadline(
            in: relayLives ? Self.closeTimeout : Self.reportTimeout,
            LaunchError("the connection to the workers was lost"),
            isProvisional: relayLives
        )
    }

    private var nextDeadline: Instant? { state.withLock { $0.deadline?.instant } }

    /// Returns the deadline for which the job is to be killed now, or nil.
    private func takePassedDeadline(hasDeath: Bool) -> Deadline? {
        let isUp = transport.isUp
        return state.withLock { state in
            guard let deadline = state.deadline, deadline.instant <= .now else { return nil }
            state.deadline = nil
            if deadline.isProvisional, hasDeath {
                state.deadline = Deadline(instant: .after(Self.reportTimeout), reason: deadline.reason)
                return nil
            }
            return deadline.isForStart && isUp ? nil : deadline
        }
    }

    /// Accepts the connection of the relay, or of a process that only shows that it lives.
    private func meet(_ socket: PrivateSocket, _ deaths: inout DeathWatch) {
        guard let (descriptor, hello) = socket.accept() else { return }
        guard let worldSize = hello.worldSize else { return deaths.add(hello.processID, descriptor) }
        state.withLock { $0.relayID = hello.processID }
        guard worldSize == launch.workerCount + 1 else {
            close(descriptor)
            let error = LaunchError(
                "'\(command.program)' started no job of \(launch.workerCount + 1) processes, but one of "
                    + "\(worldSize): it belongs to another MPI library",
                remedy: "MPIFUTURES_MPIEXEC names the right one"
            )
            return setDeadline(in: .zero, error)
        }
        do {
            let transport = transport
            transport.connect(try FrameSocket(descriptor: descriptor) { transport.doorbell.ring() })
        } catch {
            close(descriptor)
            setDeadline(in: .zero, error)
        }
    }

    private func finish(_ end: ChildProcess.End, _ output: JobOutput, _ first: Int?) {
        let (verdict, relayID) = state.withLock { ($0.verdict, $0.relayID) }
        var outcome = JobOutcome(end: end, program: command.program)
        outcome.verdict = verdict
        outcome.isUp = transport.isUp
        outcome.relayID = relayID
        outcome.report = output.report
        outcome.ownWords = output.ownWords(isUp: outcome.isUp)
        outcome.lastWords = output.lastWords
        outcome.first = first
        outcome.host = host
        outcome.worker = output.report.flatMap { report in
            transport.worker(processID: first ?? report.processID, host: first == nil ? report.host : host)
                .map { ($0.rank, $0.worldSize) }
        }
        transport.jobEnded(outcome)
    }
}
