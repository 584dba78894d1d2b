internal import CLinux
internal import Glibc
internal import Linux
internal import Waiting

/// A Unix-domain socket where a program waits for the relay of its workers.
///
/// Nobody else gets in: the socket has the mode 0600, who connects has to run as this user and know a secret.
///
/// Its name is taken away as soon as it has one, so that a program which is killed leaves nothing behind. What is left of
/// the file is a descriptor of this process, by which others reach it.
package struct PrivateSocket: Sendable {
    /// What the relay proves with that it was started by this program.
    package let secret: String
    package let descriptor: CInt
    /// The file, which has no name.
    private let file: CInt

    /// - Parameter parent: The directory where the name is for a moment; by default TMPDIR, or `/tmp`.
    package init(in parent: String? = nil) throws(LaunchError) {
        let parent =
            parent ?? Environment.temporaryDirectory
        secret = Self.randomText() + Self.randomText()
        let socket = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if folder >= 0 { Glibc.close(folder) } }
        let name = "mpifutures-\(Self.randomText())"
        // By way of the directory's descriptor, since addresses have to be short.
        let path = "/proc/self/fd/\(folder)/\(name)"
        // The file gets the mode that the socket has.
        let isThere =
            socket >= 0 && folder >= 0 && fchmod(socket, S_IRUSR | S_IWUSR) == 0
            && withSocketAddress(path) { bind(socket, $0, $1) } == 0
        let file = isThere ? open(path, CInt(CLINUX_OPEN_PATH) | O_CLOEXEC) : -1
        let cause = errno
        if isThere { unlinkat(folder, name, 0) }
        guard file >= 0, listen(socket, 16) == 0 else {
            for descriptor in [socket, file] where descriptor >= 0 { Glibc.close(descriptor) }
            throw Self.failure(parent, file >= 0 ? errno : cause)
        }
        (self.descriptor, self.file) = (socket, file)
    }

    private static func randomText() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// Takes the socket away.
    package func close() {
        Glibc.close(descriptor)
        Glibc.close(file)
    }

    /// How processes of this host reach the socket.
    package var address: SocketAddress { SocketAddress(processID: getpid(), descriptor: file) }

    private static func failure(_ place: String, _ cause: CInt) -> LaunchError {
        LaunchError(
            "cannot make a socket for the workers in '\(place)': \(SystemError.reason(cause)); "
                + "TMPDIR names another place"
        )
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

    /// - Returns: Whether the program still listens.
    static func sayHello(on connection: CInt, secret: String, worldSize: Int?) -> Bool {
        var line = Array("\(secret) \(getpid()) \(worldSize.map { "\($0)" } ?? "") ".utf8)
        line += [UInt8](repeating: UInt8(ascii: " "), count: max(0, helloSize - line.count))
        return send(connection, line, line.count, CInt(MSG_NOSIGNAL)) == line.count
    }

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
}
