internal import CLinux
internal import Glibc
internal import Waiting

/// A Unix-domain socket in a directory of its own, where a program waits for the relay of its workers.
///
/// Nobody else gets in: the directory is this user's alone, the socket has the mode 0600, who connects has to run as
/// this user and know a secret. Both are taken away as soon as all workers serve.
package struct PrivateSocket: Sendable {
    package let directory: String
    /// What the relay proves with that it was started by this program.
    package let secret: String
    package let descriptor: CInt

    private static let name = "relay"

    /// Makes the directory, in TMPDIR or `/tmp`, and the socket.
    package init() throws(LaunchError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/mpifutures-XXXXXX".utf8CString)
        // The mode is 0700.
        guard mkdtemp(&template) != nil else { throw Self.failure(parent) }
        let made = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        // Workers may be started elsewhere.
        directory = made.hasPrefix("/") ? made : Self.workingDirectory + "/" + made
        secret = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let isThere =
            descriptor >= 0
            && Self.withAddress(in: directory) { bind(descriptor, $0, $1) } == 0
            && chmod("\(directory)/\(Self.name)", S_IRUSR | S_IWUSR) == 0 && listen(descriptor, 16) == 0
        guard isThere else {
            let failure = Self.failure(directory)
            close()
            throw failure
        }
    }

    /// Takes socket and directory away. May be repeated.
    package func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        Self.remove(directory)
    }

    /// Takes the files away, also those of a program that has ended before it could.
    private static func remove(_ directory: String) {
        unlink("\(directory)/\(name)")
        rmdir(directory)
    }

    private static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }

    private static func failure(_ place: String) -> LaunchError {
        LaunchError(
            "cannot make a socket for the workers in '\(place)': \(String(cString: strerror(errno))); "
                + "TMPDIR names another place"
        )
    }

    /// Calls `body` with the socket's address: through the directory's descriptor, since addresses have to be short.
    private static func withAddress(
        in directory: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return -1 }
        defer { Glibc.close(folder) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "/proc/self/fd/\(folder)/\(name)".utf8) }
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

// MARK: - Meeting

extension PrivateSocket {
    /// What a process of the job says first.
    package struct Hello: Equatable, Sendable {
        package let processID: Int
        /// The number of processes of its job, if this connection is that of the relay; nil if it is there only to
        /// show that the process lives.
        package let worldSize: Int?
    }

    /// One line of this many bytes.
    private static let helloSize = 96

    /// Takes the connection of whoever is waiting; nil if it is not the relay.
    package func accept() -> (descriptor: CInt, hello: Hello)? {
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { return nil }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        guard clinux_peer_user(connection) == Int(getuid()), let hello = receiveHello(connection) else {
            Glibc.close(connection)
            return nil
        }
        return (connection, hello)
    }

    private func receiveHello(_ connection: CInt) -> Hello? {
        // Whoever does not speak keeps nobody waiting.
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var line = [UInt8](repeating: 0, count: Self.helloSize)
        guard recv(connection, &line, line.count, CInt(MSG_WAITALL)) == line.count else { return nil }
        limit.tv_sec = 0
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.count >= 2, words[0] == secret, let processID = Int(words[1]) else { return nil }
        return Hello(processID: processID, worldSize: words.count > 2 ? Int(words[2]) : nil)
    }

    /// What comes of a call.
    package enum Call: Sendable {
        /// The connection's descriptor.
        case connected(CInt)
        /// There is no socket: it has been taken away.
        case unknown(LaunchError)
        /// The program has ended.
        case dead(LaunchError)
    }

    /// Connects a process of the job to the program that made a socket.
    ///
    /// - Parameter worldSize: The number of the job's processes, from the relay; nil for a connection that shows that
    ///   this process lives.
    package static func call(directory: String, secret: String, worldSize: Int? = nil) -> Call {
        let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, withAddress(in: directory, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let cause = errno
            if descriptor >= 0 { Glibc.close(descriptor) }
            let error = LaunchError(
                "cannot reach the program that started the workers at '\(directory)': \(String(cString: strerror(cause))); "
                    + "the first process of their job has to be on its host"
            )
            guard cause == ECONNREFUSED else { return .unknown(error) }
            // Nobody else takes it away.
            remove(directory)
            return .dead(error)
        }
        var line = Array("\(secret) \(getpid()) \(worldSize.map { "\($0)" } ?? "") ".utf8)
        line += [UInt8](repeating: UInt8(ascii: " "), count: max(0, helloSize - line.count))
        guard send(descriptor, line, line.count, CInt(MSG_NOSIGNAL)) == line.count else {
            Glibc.close(descriptor)
            return .dead(LaunchError("the program that started the workers does not listen"))
        }
        return .connected(descriptor)
    }
}
