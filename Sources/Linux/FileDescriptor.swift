internal import Glibc

/// Operations on file descriptors that several modules need.
package enum FileDescriptor {
    /// Moves a descriptor above those of the standard streams, which this process may have been started without.
    ///
    /// - Parameters:
    ///   - descriptor: What a system call has returned. It is closed if another one takes its place.
    ///   - least: The least number that the descriptor may have.
    /// - Returns: A descriptor that programs do not inherit; below 0, with `errno` set, on failure.
    package static func aboveStandardStreams(_ descriptor: CInt, least: CInt = 3) -> CInt {
        guard descriptor >= 0, descriptor < least else { return descriptor }
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, least)
        let cause = errno
        close(descriptor)
        errno = cause
        return moved
    }

    /// Writes all bytes, and waits where the descriptor does not take any for now.
    ///
    /// - Returns: false, with `errno` set, if that cannot be done.
    package static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Somebody who shares the stream has made it non-blocking.
                var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&polled, 1, -1)
                continue
            }
            guard count >= 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }
}
