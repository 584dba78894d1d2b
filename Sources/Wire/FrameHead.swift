extension FrameBuffer {
    /// Appends the eight bytes that begin every frame: its kind, three zeros, and a number.
    func append(header kind: UInt8, _ number: UInt32) {
        append(byte: kind)
        append(byte: 0)
        append(UInt16(0))
        append(number)
    }

    /// Makes a frame that consists of its first eight bytes.
    convenience init(header kind: UInt8, _ number: UInt32 = 0) {
        self.init(capacity: 8)
        append(header: kind, number)
    }
}

extension FrameReader {
    /// Reads the eight bytes that begin every frame. Some kinds use some of the three bytes behind the kind, and read
    /// those themselves.
    @inline(__always)
    mutating func header<Kind: RawRepresentable<UInt8>>(
        _ kinds: Kind.Type,
        from sender: String
    ) throws(WireError) -> (kind: Kind, number: UInt32) {
        guard let kind = Kind(rawValue: try byte()) else {
            throw WireError("an unknown kind of frame from \(sender)", offset: 0)
        }
        _ = try take(3)
        return (kind, try number())
    }
}
