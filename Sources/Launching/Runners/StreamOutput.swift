internal import Glibc
internal import Linux
internal import Waiting

/// What runners have written to a standard stream, on its way to the same stream of this process.
///
/// It waits here while nobody reads this process's stream. The thread that watches runners must not wait for that: it
/// ends calls that take too long, and reports deaths. Only this thread uses the object. The lock satisfies the compiler.
final class StreamOutput: Sendable {
    /// As much as a pipe that is ready takes without a wait.
    private static let mostAtOnce = 4096
    /// The number of bytes above which no more are taken from runners. A runner that writes more waits, like any
    /// program whose output nobody reads.
    private static let limit = 1 << 20

    let descriptor: CInt
    private let waiting = Locked<ArraySlice<UInt8>>([])

    /// - Parameter descriptor: The stream of this process.
    init(_ descriptor: CInt) { self.descriptor = descriptor }

    var isEmpty: Bool { waiting.withLock { $0.isEmpty } }
    var isFull: Bool { waiting.withLock { $0.count > Self.limit } }

    /// Adds bytes, and writes as much as can be written without a wait.
    func add(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        waiting.withLock { waiting in
            if waiting.isEmpty { waiting = bytes } else { waiting += bytes }
        }
        flush()
    }

    /// Writes as much as can be written without a wait.
    func flush() {
        waiting.withLock { waiting in
            while !waiting.isEmpty, isReady {
                let piece = Self.firstLines(of: waiting)
                let isWritten = piece.withUnsafeBytes { LivingLine.shared.write($0, to: descriptor) }
                // Nobody is going to read the rest.
                waiting = isWritten ? waiting[piece.endIndex...] : []
            }
            if waiting.isEmpty { waiting = [] }
        }
    }

    /// Writes everything, and waits if it must.
    func finish() {
        waiting.withLock { waiting in
            _ = waiting.withUnsafeBytes { LivingLine.shared.write($0, to: descriptor) }
            waiting = []
        }
    }

    private var isReady: Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // An error shows when the bytes are written.
        return poll(&polled, 1, 0) > 0
    }

    /// Returns the first bytes, with whole lines if there are any.
    private static func firstLines(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let piece = bytes.prefix(mostAtOnce)
        guard piece.count < bytes.count, let end = piece.lastIndex(of: UInt8(ascii: "\n")) else { return piece }
        return piece[...end]
    }
}
