package import Wire

/// A message of a link between two processes that share no memory. All messages have the same size.
package enum LinkMessage: Equatable, Sendable {
    /// Wakes the receiver.
    case ring
    /// The sender begins to sleep. It has received this number of frames of the receiver over MPI.
    case asleep(received: UInt64)
    /// The sender lives.
    case beat
    /// The sender ends the link in good order.
    case farewell

    package static let byteCount = 16

    package var bytes: [UInt8] {
        let (kind, number): (UInt64, UInt64) =
            switch self {
            case .ring: (1, 0)
            case .asleep(let received): (2, received)
            case .beat: (3, 0)
            case .farewell: (4, 0)
            }
        return [kind, number].flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
    }
}

/// The messages in a stream of bytes, which come in pieces of any size.
package struct LinkStream: Sendable {
    private var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ piece: [UInt8]) { bytes += piece }

    /// Takes the next message. Returns nil if it has not arrived whole.
    ///
    /// - Throws: `WireError` for bytes that are no message.
    package mutating func next() throws(WireError) -> LinkMessage? {
        guard let block = take(LinkMessage.byteCount) else { return nil }
        let (kind, number) = block.withUnsafeBytes { block in
            (
                UInt64(littleEndian: block.loadUnaligned(as: UInt64.self)),
                UInt64(littleEndian: block.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        switch (kind, number) {
        case (1, 0): return .ring
        case (2, let received): return .asleep(received: received)
        case (3, 0): return .beat
        case (4, 0): return .farewell
        default: throw WireError("a message of a link has the kind \(kind)", offset: 0)
        }
    }

    /// Takes the next `count` bytes. Returns nil if they have not all arrived.
    package mutating func take(_ count: Int) -> [UInt8]? {
        guard bytes.count >= count else { return nil }
        defer { bytes.removeFirst(count) }
        return Array(bytes[..<count])
    }
}
