internal import Glibc
internal import Linux

/// What makes a process of a program a worker: a variable of its environment that says whom it works for.
package enum WorkerMark: Equatable, Sendable {
    /// A rank of a job of `mpiexec`, whose rank 0 relays between the others and a program that listens at a socket.
    ///
    /// The host is that of the socket.
    case relayed(socket: SocketAddress, host: String, secret: String)
    /// Started by `MPI_Comm_spawn`.
    case spawned

    package static var variable: String { Environment.workerMark }

    /// The variable's value.
    package var text: String {
        switch self {
        case .relayed(let socket, let host, let secret): "relay:\(secret):\(host):\(socket.text)"
        case .spawned: "spawn"
        }
    }

    /// Nil for a text that is no mark.
    package init?(text: String) {
        if text == "spawn" {
            self = .spawned
            return
        }
        let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "relay", let socket = SocketAddress(text: parts[3]) else { return nil }
        self = .relayed(socket: socket, host: String(parts[2]), secret: String(parts[1]))
    }

    /// Whether this process was started to be a worker, and nobody has taken the mark yet.
    package static var isSet: Bool { Environment.isSet(variable) }

    /// The mark of this process, which is gone then: programs that it starts are no workers.
    package static func take() -> WorkerMark? {
        guard let value = Environment[variable] else { return nil }
        defer { unsetenv(variable) }
        return WorkerMark(text: value)
    }
}
