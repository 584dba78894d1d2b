internal import Glibc

/// Reads whole lines from a file, a pipe or a terminal as they arrive, with as much memory as the longest line needs.
struct LineReader: ~Copyable {
    /// The longest line that is read, in bytes, so that memory is bounded.
    static let longestLine = 64 << 20

    private let descriptor: CInt
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    /// The number of bytes in the buffer that have been read.
    private var used = 0
    /// The number of bytes that have been returned.
    private var handedOut = 0
    private var hasEnded = false

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { buffer.deallocate() }

    struct TooLong: Error {}
    struct Unreadable: Error { let cause: CInt }

    /// Waits for lines, and calls `body` with those that have arrived. Returns false at the end.
    ///
    /// The last line need not end with a newline.
    mutating func next(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[handedOut..<used]))
        used -= handedOut
        handedOut = 0
        var searched = 0
        while true {
            if let last = buffer[searched..<used].lastIndex(of: UInt8(ascii: "\n")) {
                handedOut = last + 1
                break
            }
            searched = used
            if hasEnded {
                handedOut = used
                break
            }
            try read()
        }
        guard handedOut > 0 else { return false }
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<handedOut]))
        return true
    }

    private mutating func read() throws {
        if used == buffer.count { try grow() }
        let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + used }, buffer.count - used)
        if count < 0, errno == EINTR { return }
        guard count >= 0 else { throw Unreadable(cause: errno) }
        used += count
        hasEnded = count == 0
    }

    private mutating func grow() throws {
        guard buffer.count < Self.longestLine else { throw TooLong() }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * buffer.count, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<used]))
        buffer.deallocate()
        buffer = larger
    }
}
