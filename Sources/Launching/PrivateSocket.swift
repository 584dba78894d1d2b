internal import CLinux
internal import Glibc
internal import Linux
internal import Waiting

/// A Unix-domain socket on which a program waits for the relay of its workers.
///
/// Only this user's processes can connect, since the socket has the mode 0600. They must also know a secret.
///
/// The socket's name is removed as soon as the socket exists, so that a killed program leaves no file behind. The other
/// processes reach the socket through a descriptor of this process, in `/proc`.
package struct PrivateSocket: Sendable {
    /// The secret that the relay sends to prove that this program started it.
    package let secret: String
    package let descriptor: CInt
    /// A descriptor of the socket's file, which has no name any more.
    private let file: CInt

    /// Makes the socket.
    ///
    /// - Parameter parent: The directory in which the socket has its name for a moment; by default TMPDIR, or `/tmp`.
    package init(in parent: String? = nil) throws(LaunchError) {
        let parent =
            parent ?? Environment.temporaryDirectory
        secret = Self.randomText() + Self.randomText()
        let socket = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if folder >= 0 { Glibc.close(folder) } }
        let name = "mpifutures-\(Self.randomText())"
        // The path leads through the directory's descriptor, because the addresses of sockets must be short.
        let path = "/proc/self/fd/\(folder)/\(name)"
        // `bind` gives the file the mode that the socket has.
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

    /// Closes the socket and its file.
    package func close() {
        Glibc.close(descriptor)
        Glibc.close(file)
    }

    /// The address by which processes of this host reach the socket.
    package var address: SocketAddress { SocketAddress(processID: getpid(), descriptor: file) }

    private static func failure(_ place: String, _ cause: CInt) -> LaunchError {
        LaunchError(
            "cannot make a socket for the workers in '\(place)'",
            cause: SystemError.Code(cause),
            remedy: "TMPDIR names another place"
        )
    }
}

// MARK: - Meeting

extension PrivateSocket {
    /// The first message of a process that connects.
    package struct Hello: Equatable, Sendable {
        package let processID: Int
        /// The number of processes of the job, if the relay sends the message. Other processes send nil: their
        /// connections only show that they live.
        package let worldSize: Int?
    }

    /// The size of the message, one line, in bytes.
    private static let helloSize = 96

    /// Sends the message. Returns whether the program still listens.
    static func sayHello(on connection: CInt, secret: String, worldSize: Int?) -> Bool {
        var line = Array("\(secret) \(getpid()) \(worldSize.map { "\($0)" } ?? "") ".utf8)
        line += [UInt8](repeating: UInt8(ascii: " "), count: max(0, helloSize - line.count))
        return send(connection, line, line.count, CInt(MSG_NOSIGNAL)) == line.count
    }

    /// Accepts a connection. Returns nil unless a process of the job has connected.
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
        // A client that sends nothing is dropped after two seconds.
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
