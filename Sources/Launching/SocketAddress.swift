internal import Glibc
internal import Linux

/// The address of a `PrivateSocket`: a process that listens, and its descriptor of the socket's file.
package struct SocketAddress: Equatable, Sendable {
    package let processID: Int32
    package let descriptor: CInt
    /// Identifies the system on which the process runs, because several hosts may have the same name.
    let system: String

    /// Makes the address of a socket of a process on this host.
    package init(processID: Int32, descriptor: CInt) {
        self.init(processID, descriptor, Self.ownSystem)
    }

    private init(_ processID: Int32, _ descriptor: CInt, _ system: String) {
        self.processID = processID
        self.descriptor = descriptor
        self.system = system
    }

    package var text: String { "\(processID)/\(descriptor)/\(system)" }

    /// Parses the text that `text` returns.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let processID = Int32(parts[0]), processID > 0, let descriptor = CInt(parts[1]) else {
            return nil
        }
        self.init(processID, descriptor, String(parts[2]))
    }

    /// A text that differs between machines, between boots of one machine, and between containers with separate process
    /// IDs.
    private static var ownSystem: String {
        var name = [CChar](repeating: 0, count: 64)
        let count = max(0, readlink("/proc/self/ns/pid", &name, name.count))
        let processes = String(decoding: name[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return Machine.bootID + "-" + processes
    }
}

// MARK: - Calling

extension SocketAddress {
    /// The result of a call.
    package enum Call: Sendable {
        /// The descriptor of the connection.
        case connected(CInt)
        /// There is no such socket here: the program has closed it, or runs on another host.
        case unknown(LaunchError)
        /// The program has ended.
        case dead(LaunchError)
    }

    /// Connects a process of the job to the program that listens.
    ///
    /// - Parameter worldSize: The number of the job's processes, if the relay calls. Nil makes a connection that only
    ///   shows that this process lives.
    package func call(secret: String, worldSize: Int? = nil) -> Call {
        guard system == Self.ownSystem else { return .unknown(failure(": it is on another host")) }
        let connection = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let path = "/proc/\(processID)/fd/\(descriptor)"
        guard connection >= 0, withSocketAddress(path, { Glibc.connect(connection, $0, $1) }) == 0 else {
            let error = failure("", cause: .last)
            if connection >= 0 { Glibc.close(connection) }
            return kill(processID, 0) == 0 ? .unknown(error) : .dead(error)
        }
        guard PrivateSocket.sayHello(on: connection, secret: secret, worldSize: worldSize) else {
            Glibc.close(connection)
            return .dead(failure(": it does not listen"))
        }
        return .connected(connection)
    }

    private func failure(_ reason: String, cause: SystemError.Code? = nil) -> LaunchError {
        LaunchError(
            "cannot reach the program that started the workers, process \(processID)\(reason)",
            cause: cause,
            remedy: "the first process of their job must be on its host"
        )
    }
}

/// Calls `body` with the address of a Unix-domain socket.
func withSocketAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
