internal import DequeModule
internal import Glibc
internal import Linux
internal import Waiting
package import Wire

/// Frames over a stream socket between two processes of a host: to and from several workers at the other's side.
///
/// A frame is preceded by its length (u64) and the worker's number (u32). What comes is read by a thread of its own,
/// a large frame straight into the memory that it stays in; what goes is written by the caller, and as far as the
/// socket takes it, so neither end ever waits for the other one.
package final class FrameSocket: @unchecked Sendable {
    /// Stands for no worker: what the two ends have to tell each other.
    package static let control = UInt32.max
    private static let headerSize = 16
    private static let bufferSize = 1 << 16

    private struct Outgoing {
        let header: FrameBuffer
        let frame: FrameBuffer
        var written = 0

        var isWritten: Bool { written == header.count + frame.count }
    }

    private struct Arrivals {
        var frames: Deque<(worker: UInt32, frame: FrameBuffer)> = []
        var isClosed = false
        /// Why this end takes no more of what comes.
        var failure: WireError?
    }

    private let descriptor: CInt
    private let ring: @Sendable () -> Void
    private let arrivals = Locked(Arrivals())
    private var outgoing: Deque<Outgoing> = []
    private let reader = Locked<Thread?>(nil)

    /// Takes over a connected socket.
    ///
    /// - Parameter ring: Called on another thread, whenever something has come or the other end has closed.
    package init(descriptor: CInt, ring: @escaping @Sendable () -> Void) throws {
        self.descriptor = descriptor
        self.ring = ring
        var size: CInt = 1 << 20
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        let thread = try Thread(name: "mpif-socket") { [self] in read() }
        reader.withLock { $0 = thread }
    }

    /// Ends the connection; what has come stays to be taken. May be repeated, from one thread.
    package func close() {
        guard let thread = reader.withLock({ $0.take() }) else { return }
        shutdown(descriptor, CInt(SHUT_RDWR))
        thread.join()
        Glibc.close(descriptor)
    }
}

// MARK: - Out

extension FrameSocket {
    package var isSending: Bool { !outgoing.isEmpty }

    /// Sends a frame, or what the socket takes of it; `flush` sends the rest.
    package func send(_ frame: FrameBuffer, worker: UInt32) {
        let header = FrameBuffer(capacity: Self.headerSize)
        header.append(UInt64(frame.count))
        header.append(worker)
        header.append(UInt32(0))
        outgoing.append(Outgoing(header: header, frame: frame))
        if outgoing.count == 1 { flush() }
    }

    /// Sends what has not gone out yet, as far as the socket takes it.
    package func flush() {
        while let next = outgoing.first {
            let count = write(next)
            // What cannot be sent any more is not missed: the end of the connection is seen by the reader.
            guard count >= 0 else { return outgoing.removeAll() }
            outgoing[0].written += count
            if outgoing[0].isWritten { outgoing.removeFirst() } else if count == 0 { return }
        }
    }

    /// Writes the next bytes; returns how many, below 0 if no more can be.
    private func write(_ next: Outgoing) -> Int {
        let (header, frame) = (next.header, next.frame)
        let inFrame = max(0, next.written - header.count)
        var parts = [
            iovec(
                iov_base: header.base + min(next.written, header.count),
                iov_len: max(0, header.count - next.written)
            ),
            iovec(iov_base: frame.base + inFrame, iov_len: frame.count - inFrame),
        ]
        let count = parts.withUnsafeMutableBufferPointer { parts in
            var message = msghdr()
            message.msg_iov = parts.baseAddress
            message.msg_iovlen = parts.count
            return sendmsg(descriptor, &message, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : -1
    }
}

// MARK: - In

extension FrameSocket {
    /// A frame that has come, if any.
    package func take() -> (worker: UInt32, frame: FrameBuffer)? { arrivals.withLock { $0.frames.popFirst() } }

    package var hasArrival: Bool { arrivals.withLock { !$0.frames.isEmpty || $0.isClosed } }

    /// Whether the other end has closed, or has broken the rules; nothing comes any more.
    package var isClosed: Bool { arrivals.withLock { $0.isClosed } }

    /// Why this end has given the connection up; nil if it has not, or if the other end has closed it.
    package var failure: WireError? { arrivals.withLock { $0.failure } }

    private func read() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        while let count = receive(UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])) {
            filled += count
            let taken: Int?
            do throws(WireError) {
                taken = try takeFrames(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
            } catch {
                arrivals.withLock { $0.failure = error }
                break
            }
            guard let rest = taken else { break }
            if let base = buffer.baseAddress, rest > 0 { memmove(base, base + (filled - rest), rest) }
            filled = rest
            ring()
        }
        arrivals.withLock { $0.isClosed = true }
        ring()
    }

    /// Hands out the frames that begin in `bytes`, and reads the rest of the last one if it is large; returns how many
    /// bytes at the end are still to be looked at. Nil if the connection is of no use any more.
    ///
    /// - Throws: If a frame is announced that cannot be. Its memory is asked for at once, and taken as its bytes come.
    private func takeFrames(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Int? {
        var start = 0
        while bytes.count - start >= Self.headerSize {
            let announced = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let worker = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self))
            guard let length = Int(exactly: announced), length <= Int.max / 2 else {
                throw WireError("no frame has the \(announced) bytes that are announced", offset: 0)
            }
            let body = start + Self.headerSize
            let present = min(length, bytes.count - body)
            // A frame that the buffer can hold is waited for there, with others that follow it.
            if present < length, Self.headerSize + length <= Self.bufferSize { break }
            let frame = try FrameBuffer(receiving: length)
            let memory = UnsafeMutableRawBufferPointer(start: frame.base, count: length)
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[body..<body + present]))
            var filled = present
            while filled < memory.count {
                guard let count = receive(UnsafeMutableRawBufferPointer(rebasing: memory[filled...])) else {
                    return nil
                }
                filled += count
            }
            arrivals.withLock { $0.frames.append((worker, frame)) }
            start = body + present
        }
        return bytes.count - start
    }

    /// Waits for bytes; nil at the end of the connection.
    private func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return count }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
