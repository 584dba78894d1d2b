internal import Linux
internal import MPIBinding
package import Transport
internal import Waiting

/// Workers that this process has started by `MPI_Comm_spawn`.
package final class SpawnJob: Sendable {
    /// The intercommunicator to the workers.
    private let joint = Locked<Communicator?>(nil)

    /// Makes the spawns of this process one after the other. All are collective over the same communicator,
    /// `MPI_COMM_SELF`.
    private static let spawnLock = Locked(())

    /// How long disconnecting from workers that have left may take.
    private static let disconnectTimeout = Duration.seconds(10)

    /// Starts the workers and returns at once.
    ///
    /// - Parameters:
    ///   - startTimeout: How long it may take until all workers are connected.
    ///   - longestSleep: The longest sleep between two polls for messages, in nanoseconds.
    ///   - hasLinks: Whether workers on other hosts get links.
    ///   - heartbeat: How hosts that are silent are noticed; nil if they are not.
    /// - Returns: The transport to the workers. Its `poll` throws if they cannot be started.
    package static func start(
        _ launch: Launch,
        environment: WorkerEnvironment,
        startTimeout: Duration,
        longestSleep: UInt64?,
        hasLinks: Bool,
        heartbeat: Heartbeat?
    ) throws -> DeferredTransport {
        let job = SpawnJob()
        let transport = DeferredTransport(
            expectedCount: launch.workerCount,
            startTimeout: startTimeout
        ) { haveAllLeft in
            if haveAllLeft { job.disconnect() }
        }
        let thread = try Thread(name: "mpif-spawn") {
            do {
                try launch.checkIsExecutable()
                let joint = try job.spawn(launch, environment)
                transport.arrive(
                    try MPIMasterTransport(
                        joint,
                        longestSleep: longestSleep,
                        hasLinks: hasLinks,
                        heartbeat: heartbeat
                    )
                )
            } catch {
                transport.fail(error)
            }
        }
        thread.detach()
        return transport
    }

    /// Returns the intercommunicator to the workers.
    private func spawn(_ launch: Launch, _ environment: WorkerEnvironment) throws -> Communicator {
        var info = launch.info
        info["wdir"] = launch.directory
        // MPI cannot give the workers variables, so a shell sets them before it becomes the program.
        let file = try WorkerEnvironment.File(environment)
        let command = file.command([launch.executable] + launch.arguments)
        let words = info.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        return try Self.spawnLock.withLock { _ in
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
    }

    /// Disconnects from the workers, so that their processes can end before this one.
    private func disconnect() {
        guard let joint = joint.withLock({ $0.take() }) else { return }
        let done = Parker()
        let thread = try? Thread(name: "mpif-leave") {
            // An error does no harm: the workers have left.
            try? joint.disconnect()
            done.unpark()
        }
        thread?.detach()
        if thread != nil { _ = done.park(until: .after(Self.disconnectTimeout)) }
    }
}
