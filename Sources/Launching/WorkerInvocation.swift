internal import Glibc
package import Identities
internal import Linux

/// The variable of the environment that makes a process of a program a worker, and says whom it works for.
package enum WorkerInvocation: Equatable, Sendable {
    /// The process is a rank of a job of `mpiexec`. Rank 0 of the job relays between the other ranks and a program that
    /// listens at a socket. `host` is the program's host.
    case relayed(socket: SocketAddress, host: String, secret: String)
    /// The process was started by `MPI_Comm_spawn`.
    case spawned
    /// The process is a runner, which knows no MPI. `library` is the library of a plugin that the master has unpacked or
    /// compiled; it is empty for other programs.
    case runner(WorkerPlace, library: String)

    package static var variable: String { Environment.workerInvocation }

    /// The variable's value.
    package var text: String {
        switch self {
        case .relayed(let socket, let host, let secret): "relay:\(secret):\(host):\(socket.text)"
        case .spawned: "spawn"
        case .runner(let place, let library): "runner:\(place.text):\(library)"
        }
    }

    /// Parses the variable's value. Returns nil if this version does not know it.
    package init?(text: String) {
        if text == "spawn" {
            self = .spawned
            return
        }
        let words = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        if words.count == 3, words[0] == "runner", let place = WorkerPlace(text: words[1]) {
            self = .runner(place, library: String(words[2]))
            return
        }
        let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "relay", let socket = SocketAddress(text: parts[3]) else { return nil }
        self = .relayed(socket: socket, host: String(parts[2]), secret: String(parts[1]))
    }

    /// Whether this process was started as a worker and nobody has called `take()` yet.
    package static var isSet: Bool { Environment.isSet(variable) }

    /// Returns how this process was started, and removes the variable, so that programs that it starts are no workers.
    package static func take() -> WorkerInvocation? {
        guard let value = Environment[variable] else { return nil }
        defer { unsetenv(variable) }
        return WorkerInvocation(text: value)
    }
}
