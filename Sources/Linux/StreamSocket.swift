internal import CLinux
internal import Glibc

/// Sockets of TCP that never block.
package enum StreamSocket {
    /// Makes a socket that listens at all addresses of this host.
    ///
    /// - Returns: Its descriptor, and the port that the system has chosen; nil, with `errno` set, if there is none.
    package static func listen(backlog: Int) -> (descriptor: CInt, port: UInt16)? {
        listen(version6: true, backlog) ?? listen(version6: false, backlog)
    }

    private static func listen(version6: Bool, _ backlog: Int) -> (descriptor: CInt, port: UInt16)? {
        guard let descriptor = make(version6 ? AF_INET6 : AF_INET) else { return nil }
        // Where version 6 is at hand, the socket takes connections of version 4 too.
        var no: CInt = 0
        let size = socklen_t(MemoryLayout<CInt>.size)
        if version6 { setsockopt(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &no, size) }
        let any = HostAddress.any(version6: version6)
        guard any.withSocketAddress(port: 0, { bind(descriptor, $0, $1) }) == 0,
            Glibc.listen(descriptor, CInt(clamping: backlog)) == 0, let port = port(of: descriptor)
        else {
            let cause = errno
            close(descriptor)
            errno = cause
            return nil
        }
        return (descriptor, port)
    }

    private static func port(of descriptor: CInt) -> UInt16? {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        // The port has the same place in an address of version 4.
        return result == 0 ? UInt16(bigEndian: address.sin6_port) : nil
    }

    /// Takes a connection. Returns nil, with `errno` set, if there is none.
    package static func accept(_ listener: CInt) -> CInt? {
        let descriptor = FileDescriptor.aboveStandardStreams(clinux_accept(listener))
        guard descriptor >= 0 else { return nil }
        sendAtOnce(descriptor)
        return descriptor
    }

    /// Begins to connect. The socket can be written to when it is connected.
    package static func connect(_ address: HostAddress, port: UInt16) -> CInt? {
        guard let descriptor = make(address.isVersion4 ? AF_INET : AF_INET6) else { return nil }
        sendAtOnce(descriptor)
        let result = address.withSocketAddress(port: port) { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func make(_ family: CInt) -> CInt? {
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = FileDescriptor.aboveStandardStreams(socket(family, CInt(type), 0))
        return descriptor >= 0 ? descriptor : nil
    }

    private static func sendAtOnce(_ descriptor: CInt) {
        var yes: CInt = 1
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Sends bytes. Returns whether the connection has taken all of them. If it has not, it is of no use any more.
    package static func send(_ bytes: [UInt8], on descriptor: CInt) -> Bool {
        while true {
            let count = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
            if count < 0, errno == EINTR { continue }
            return count == bytes.count
        }
    }

    /// Returns whether a socket whose connecting has ended is connected.
    package static func isConnected(_ descriptor: CInt) -> Bool {
        var cause: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &cause, &size) == 0 && cause == 0
    }

    /// Receives what has arrived. Returns no bytes if nothing has, and nil at the end of the connection.
    package static func receive(from descriptor: CInt) -> [UInt8]? {
        var (result, cause) = (0, CInt(0))
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            result = recv(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
            cause = errno
            count = max(0, result)
        }
        if result < 0, cause == EAGAIN || cause == EINTR { return [] }
        return result > 0 ? bytes : nil
    }
}
