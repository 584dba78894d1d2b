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
        /// Set when all workers have said who they are.
        var isComplete = false
        /// Why the job was killed; empty if that needs no reason.
        var verdict: String?
        /// Set when the connection to the relay has ended, until somebody has seen to that.
        var isCutOff = false
    }

    /// When the job is killed, and why.
    private struct Deadline {
        let instant: Instant
        let reason: String
        /// Whether it is for the start: then it is no more once all workers serve.
        var isForStart = false
        /// Whether it gives way to `collapse` if a process of the job has ended by then.
        var isProvisional = false
    }

    private let command: MPIExecCommand
    private let launch: Launch
    private let environment: WorkerEnvironment
    private let transport: RelayMasterTransport
    private let state: Locked<State>
    private let patience: Duration
    /// This host's name, as its processes know it.
    private let host: String
    private let over = Parker()
    private let wakeUp: WakeUp

    /// How long an orderly end may take: as long as a process waits for MPI, and more.
    private static let farewell = Duration.seconds(15)
    /// How long mpiexec may take to report the end of a relay that has ended.
    private static let collapse = Duration.seconds(5)
    /// How long the kernel may take to close all connections of a process that has ended.
    private static let closing = Duration.milliseconds(200)

    /// Starts the job, and comes back at once: what happens then, `transport` hears.
    ///
    /// - Parameter patience: How long it may take until all workers serve.
    package static func start(
        _ command: MPIExecCommand,
        for launch: Launch,
        environment: WorkerEnvironment,
        _ transport: RelayMasterTransport,
        host: String,
        patience: Duration
    ) throws {
        let job = try RelayJob(command, launch, environment, transport, host, patience)
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
        _ patience: Duration
    ) throws(LaunchError) {
        self.host = host
        self.command = command
        self.launch = launch
        self.environment = environment
        self.transport = transport
        self.patience = patience
        state = Locked(State())
        wakeUp = try WakeUp()
    }

    deinit { wakeUp.close() }

    /// Waits until the job is over; unless its workers have left it is killed at once.
    private func end() {
        setDeadline(in: transport.haveAllLeft ? Self.farewell : .zero, "")
        _ = over.park(until: nil)
    }

    private func setDeadline(
        in time: Duration,
        _ reason: String,
        isForStart: Bool = false,
        isProvisional: Bool = false
    ) {
        state.withLock { state in
            // The time to start does not begin anew.
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
            transport.jobEnded(error.description)
        }
        over.unpark()
    }

    private func supervise(_ socket: PrivateSocket) throws(LaunchError) {
        var isListening = true
        defer { if isListening { socket.close() } }
        let invocation = WorkerInvocation.relayed(socket: socket.address, host: host, secret: socket.secret)
        var variables = environment.added(to: Environment.current.withoutRankVariables())
        variables[WorkerInvocation.variable] = invocation.text
        let process = try JobProcess(
            command.program,
            command.arguments,
            environment: variables
        )
        setDeadline(in: patience, "the workers did not serve within \(patience)", isForStart: true)
        var output = JobOutput(process)
        var deaths = DeathWatch()
        defer { deaths.end() }
        var isKilled = false
        while output.isOpen {
            output.wait(for: isListening ? socket.descriptor : -1, or: wakeUp.descriptor, &deaths, until: nextDeadline)
            if isListening, output.isSocketReady { meet(socket, &deaths) }
            if isListening, state.withLock({ $0.isComplete }) {
                socket.close()
                isListening = false
            }
            endAfterLoss(&deaths)
            guard let reason = takePassedDeadline(hasDeath: deaths.hasEnded) else { continue }
            // Output that is held open by nobody knows whom is not waited for.
            if isKilled { break }
            isKilled = true
            state.withLock { $0.verdict = reason }
            process.kill()
            setDeadline(in: .seconds(2), reason)
        }
        output.giveUp()
        finish(process.wait(), output, deaths.first)
    }

    /// Ends a job whose relay cannot be reached any more: soon if the relay lives, since nobody will report why.
    private func endAfterLoss(_ deaths: inout DeathWatch) {
        let (isCutOff, relayID) = state.withLock { state in
            defer { state.isCutOff = false }
            return (state.isCutOff, state.relayID)
        }
        guard isCutOff else { return }
        let relayLives = relayID.map { deaths.sees($0) } ?? false
        setDeadline(
            in: relayLives ? Self.closing : Self.collapse,
            "the connection to the workers was lost",
            isProvisional: relayLives
        )
    }

    private var nextDeadline: Instant? { state.withLock { $0.deadline?.instant } }

    /// The reason to kill the job now, if there is one.
    private func takePassedDeadline(hasDeath: Bool) -> String? {
        let isUp = transport.isUp
        return state.withLock { state in
            guard let deadline = state.deadline, deadline.instant <= .now else { return nil }
            state.deadline = nil
            if deadline.isProvisional, hasDeath {
                state.deadline = Deadline(instant: .after(Self.collapse), reason: deadline.reason)
                return nil
            }
            return deadline.isForStart && isUp ? nil : deadline.reason
        }
    }

    /// Lets a process of the job in: the relay, or any, for a connection that only shows that it lives.
    private func meet(_ socket: PrivateSocket, _ deaths: inout DeathWatch) {
        guard let (descriptor, hello) = socket.accept() else { return }
        guard let worldSize = hello.worldSize else { return deaths.add(hello.processID, descriptor) }
        state.withLock { $0.relayID = hello.processID }
        guard worldSize == launch.workerCount + 1 else {
            close(descriptor)
            let reason =
                "'\(command.program)' started no job of \(launch.workerCount + 1) processes, but one of "
                + "\(worldSize): it belongs to another MPI library; MPIFUTURES_MPIEXEC names the right one"
            return setDeadline(in: .zero, reason)
        }
        do {
            let transport = transport
            transport.connect(try FrameSocket(descriptor: descriptor) { transport.doorbell.ring() })
        } catch {
            close(descriptor)
            setDeadline(in: .zero, "\(error)")
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
        transport.jobEnded(outcome.cause)
    }
}
