internal import Glibc
package import Launching
internal import MPIBinding
package import Transport
internal import Waiting

/// Rank 0 of a job of workers that a program has started: stands between that program and them.
package struct RelayProcess {
    private let descriptor: CInt
    private let settings: Settings

    /// Connects to the program; nil if a mark says that there is none to relay to.
    package init?(_ mark: WorkerMark, _ settings: Settings) throws {
        guard case .relayed(let directory, let secret) = mark else { return nil }
        let size = try MPIBinding.Communicator.world.size
        descriptor = try PrivateSocket.connect(directory: directory, secret: secret, worldSize: size)
        self.settings = settings
    }

    /// Passes frames on until the workers or the program have left.
    package func run(_ assembly: Assembly) throws -> Never {
        let transport = try MPIMasterTransport(assembly, longestSleep: settings.longestSleep)
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
