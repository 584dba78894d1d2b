internal import Pool
internal import Wire

/// Trivial values of one size that have been taken ahead, so that not each of them takes a lock of the map.
struct TrivialValues {
    private static let capacity = 4096

    private var bytes: [UInt8] = []
    private var size = 0
    /// The number of values in `bytes`.
    private var count = 0
    private var position = 0

    var isEmpty: Bool { position == count }

    /// Lets `body` write values, at most as many as there is room for. Returns the number that it has written.
    mutating func fill(size: Int, _ body: (UnsafeMutableRawPointer, _ room: Int) -> Int) -> Int {
        guard size > 0, size <= Self.capacity else { return 0 }
        if bytes.isEmpty { bytes = [UInt8](repeating: 0, count: Self.capacity) }
        self.size = size
        position = 0
        count = bytes.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { body($0, Self.capacity / size) } ?? 0
        }
        return count
    }

    /// Copies the next values if they have `size` bytes. Returns their number.
    mutating func copyNext(to place: UnsafeMutableRawPointer, _ size: Int, _ stride: Int, limit: Int) -> Int {
        guard size == self.size else { return 0 }
        let number = min(limit, count - position)
        bytes.withUnsafeBytes { bytes in
            for index in 0..<number {
                let first = (position + index) * size
                UnsafeMutableRawBufferPointer(start: place + index * stride, count: size)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<first + size]))
            }
        }
        position += number
        return number
    }

    /// Returns the next value as a result of its own.
    mutating func next() -> Payload? {
        if isEmpty { return nil }
        let buffer = FrameBuffer(capacity: size + 16)
        let start = buffer.beginResult()
        bytes.withUnsafeBytes {
            buffer.append(UnsafeRawBufferPointer(rebasing: $0[position * size..<(position + 1) * size]))
        }
        buffer.endResult(.trivialValue, at: start)
        position += 1
        return Payload(buffer: buffer, offset: start)
    }
}
