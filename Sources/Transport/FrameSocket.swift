internal import DequeModule
internal import Glibc
internal import Linux
internal import Waiting
package import Wire

/// Sends frames over a stream socket between two processes of a host, to and from several workers on the other side.
///
/// A header with the frame's length (u64) and the worker's number (u32) precedes each frame. A thread of the socket
/// reads what arrives, a large frame directly into its final memory. The caller writes what it sends, as far as the
/// socket takes it. So neither end ever waits for the other one.
///
/// The conformance to `Sendable` is unchecked because `outgoing` belongs to the one thread that sends. The reader's
/// thread shares only `arrivals`, which is behind a lock.
package final class FrameSocket: @unchecked Sendable {
    /// The number of no worker. Frames with this number are messages between the two ends themselves.
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
        /// The reason why this end has stopped reading; nil if the other end has closed.
        var failure: WireError?
    }

    private let descriptor: CInt
    private let ring: @Sendable () -> Void
    private let arrivals = Locked(Arrivals())
    private var outgoing: Deque<Outgoing> = []
    private let reader = Locked<Thread?>(nil)

    /// Takes over a connected socket.
    ///
    /// - Parameter ring: Called on another thread whenever a frame has arrived or the other end has closed.
    package init(descriptor: CInt, ring: @escaping @Sendable () -> Void) throws {
        self.descriptor = descriptor
        self.ring = ring
        var size: CInt = 1 << 20
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        let thread = try Thread(name: "mpif-socket") { [self] in read() }
        reader.withLock { $0 = thread }
    }

    /// Ends the connection. Frames that have arrived can still be taken. Idempotent, but only one thread may call it.
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

    /// Sends a frame, or as much of it as the socket takes. `flush` sends the rest.
    package func send(_ frame: FrameBuffer, worker: UInt32) {
        let header = FrameBuffer(capacity: Self.headerSize)
        header.append(UInt64(frame.count))
        header.append(worker)
        header.append(UInt32(0))
        outgoing.append(Outgoing(header: header, frame: frame))
        if outgoing.count == 1 { flush() }
    }

    /// Sends the frames that are still waiting, as far as the socket takes them.
    package func flush() {
        while let next = outgoing.first {
            let count = write(next)
            // The reader notices the end of the connection and reports it, so the frames can be dropped here.
            guard count >= 0 else { return outgoing.removeAll() }
            outgoing[0].written += count
            if outgoing[0].isWritten { outgoing.removeFirst() } else if count == 0 { return }
        }
    }

    /// Writes the next bytes. Returns their number, or a negative number if the connection is broken.
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
    /// Returns a frame that has arrived, if any.
    package func take() -> (worker: UInt32, frame: FrameBuffer)? { arrivals.withLock { $0.frames.popFirst() } }

    package var hasArrival: Bool { arrivals.withLock { !$0.frames.isEmpty || $0.isClosed } }

    /// Whether the connection has ended: the other end has closed it or has broken the protocol. No more frames arrive.
    package var isClosed: Bool { arrivals.withLock { $0.isClosed } }

    /// The reason why this end has ended the connection; nil if it has not, or if the other end has closed it.
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

    /// Takes the frames that begin in `bytes`, and reads the rest of the last one if it is large. Returns how many
    /// bytes at the end do not make a frame yet, or nil if the connection has ended.
    ///
    /// - Throws: `WireError` if a frame of an impossible size is announced. The memory of a frame is allocated at once,
    ///   but the kernel provides it only as bytes arrive.
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
            // A frame that fits into the buffer is completed there, together with those that follow it.
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

    /// Waits for bytes and returns their number, or nil at the end of the connection.
    private func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return count }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
