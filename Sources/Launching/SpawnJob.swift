internal import Linux
internal import MPIBinding
package import Transport
internal import Waiting

/// Workers that are started by `MPI_Comm_spawn`, from this process alone.
package final class SpawnJob: Sendable {
    /// The intercommunicator to the workers.
    private let joint = Locked<Communicator?>(nil)

    /// One spawn after the other: all are collective over the same communicator, that of this process alone.
    private static let turn = Locked(())

    /// How long workers that have said goodbye may take to part.
    private static let farewell = Duration.seconds(10)

    /// Starts the workers, and comes back at once.
    ///
    /// - Parameters:
    ///   - patience: How long it may take until all of them are there.
    ///   - longestSleep: How long to sleep at most between two looks for messages.
    /// - Returns: The way to the workers, which tells of all that fails.
    package static func start(
        _ launch: Launch,
        environment: WorkerEnvironment,
        patience: Duration,
        longestSleep: UInt64?
    ) throws -> DeferredTransport {
        let job = SpawnJob()
        let transport = DeferredTransport(expectedCount: launch.workerCount, patience: patience) { haveAllLeft in
            if haveAllLeft { job.part() }
        }
        let thread = try Thread(name: "mpif-spawn") {
            do {
                try launch.checkIsExecutable()
                transport.arrive(try job.spawn(launch, environment, longestSleep))
            } catch {
                transport.fail("\(error)")
            }
        }
        thread.detach()
        return transport
    }

    private func spawn(
        _ launch: Launch,
        _ environment: WorkerEnvironment,
        _ longestSleep: UInt64?
    ) throws -> any MasterTransport {
        var info = launch.info
        info["wdir"] = launch.directory
        // MPI has no means to give the workers variables, so a shell reads them before it becomes the program.
        let file = try WorkerEnvironment.File(environment)
        let command = file.command([launch.executable] + launch.arguments)
        let words = info.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        let made = try Self.turn.withLock { _ in
            let made = try Communicator.spawn(
                command[0],
                Array(command.dropFirst()),
                count: launch.workerCount,
                info: words
            )
            joint.withLock { $0 = made }
            try environment.send(made)
            return made
        }
        return try MPIMasterTransport(made, longestSleep: longestSleep)
    }

    /// Lets the workers' processes end without this one.
    private func part() {
        guard let joint = joint.withLock({ $0.take() }) else { return }
        let done = Parker()
        let thread = try? Thread(name: "mpif-part") {
            // What fails here is of no use to anyone: the workers have left.
            try? joint.disconnect()
            done.unpark()
        }
        thread?.detach()
        if thread != nil { _ = done.park(until: .after(Self.farewell)) }
    }
}
