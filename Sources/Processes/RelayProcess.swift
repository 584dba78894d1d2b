internal import Glibc
package import Launching
internal import Linux
package import MPIBinding
internal import Transport
internal import Waiting

/// Rank 0 of a job of workers that a program has started: stands between that program and them.
package struct RelayProcess {
    private let descriptor: CInt
    private let settings: Settings

    /// Ties this process, the relay or a worker, to the program: that sees its end, and it does not outlive the job.
    ///
    /// Before MPI is started: that may wait for processes that are gone.
    package static func bind(_ invocation: WorkerInvocation) {
        guard case .relayed(let socket, let host, let secret) = invocation else { return }
        guard host == HostName.current else { return }
        switch socket.call(secret: secret) {
        // Open to the end of the process.
        case .connected, .unknown: break
        case .dead: _exit(1)
        }
    }

    /// Connects to the program. Returns nil for spawned workers, which need no relay.
    package init?(_ invocation: WorkerInvocation, _ settings: Settings) throws {
        guard case .relayed(let socket, let host, let secret) = invocation else { return nil }
        guard host == HostName.current else {
            throw LaunchError(
                "the first process of the workers' job is on \(HostName.current), and has to be on \(host), "
                    + "with the program that has started it"
            )
        }
        let size = try Communicator.world.size
        switch socket.call(secret: secret, worldSize: size) {
        case .connected(let descriptor): self.descriptor = descriptor
        case .unknown(let error), .dead(let error): throw error
        }
        self.settings = settings
    }

    /// Passes frames on until the workers or the program have left.
    ///
    /// - Parameter joint: The intercommunicator to the workers.
    package func run(_ joint: Communicator) throws -> Never {
        let transport = try MPIMasterTransport(joint, longestSleep: settings.longestSleep)
        let socket = try FrameSocket(descriptor: descriptor) { transport.doorbell.ring() }
        var relay = Relay(transport, socket)
        switch try relay.run() {
        case .workersLeft:
            socket.close()
            Leaving.endWorker()
        case .programLeft:
            // Nobody is there any more whom the job could tell anything.
            MPI.killJob(status: 1)
            MPI.abort(code: 1)
        }
    }
}
