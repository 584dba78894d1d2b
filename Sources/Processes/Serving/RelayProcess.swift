internal import Glibc
package import Launching
internal import Linux
package import MPIBinding
internal import Transport
internal import Waiting

/// The relay: rank 0 of a job of workers, which passes frames between the program that started the job and the workers.
package struct RelayProcess {
    private let descriptor: CInt
    private let settings: Settings

    /// Connects this process, the relay or a worker, to the program. The program then notices its death. Ends this
    /// process if the program has ended.
    ///
    /// Call it before MPI starts, because `MPI_Init` may wait for processes that are gone.
    package static func bind(_ invocation: WorkerInvocation) {
        guard case .relayed(let socket, let host, let secret) = invocation else { return }
        guard host == HostName.current else { return }
        switch socket.call(secret: secret) {
        // The connection stays open until the process ends.
        case .connected, .unknown: break
        case .dead: _exit(1)
        }
    }

    /// Connects to the program. Returns nil for spawned workers, which need no relay.
    package init?(_ invocation: WorkerInvocation, _ settings: Settings) throws {
        guard case .relayed(let socket, let host, let secret) = invocation else { return nil }
        guard host == HostName.current else {
            throw LaunchError(
                "the first process of the workers' job is on \(HostName.current), but must be on \(host) with the "
                    + "program that started the job; make mpiexec put it there, or start the program with the workers"
            )
        }
        let size = try Communicator.world.size
        switch socket.call(secret: secret, worldSize: size) {
        case .connected(let descriptor): self.descriptor = descriptor
        case .unknown(let error), .dead(let error): throw error
        }
        self.settings = settings
    }

    /// Passes frames on until the workers or the program have left, and ends the process.
    ///
    /// - Parameter joint: The intercommunicator to the workers.
    package func run(_ joint: Communicator) throws -> Never {
        let transport = try MPIMasterTransport(
            joint,
            longestSleep: settings.longestSleep,
            hasLinks: settings.hasLinks,
            heartbeat: settings.heartbeat
        )
        let socket = try FrameSocket(descriptor: descriptor) { transport.doorbell.ring() }
        var relay = Relay(transport, socket)
        switch try relay.run() {
        case .workersLeft:
            socket.close()
            Leaving.endWorker()
        case .programLeft:
            // The program is gone, so nobody is left to read a message.
            MPI.killJob(status: 1)
            MPI.abort(code: 1)
        }
    }
}
