/// Reads data items from borrowed bytes, with bounds checks.
///
/// A reader has no position: every function takes the offset of an item. Functions that take the offset `inout` move it
/// behind the item, and leave it unchanged if they throw.
struct Reader {
    let bytes: UnsafeRawBufferPointer
    /// The out-of-band arrays of the bytes. The caller keeps them alive.
    let outOfBand: Unmanaged<OutOfBandArrays>?

    init(_ bytes: UnsafeRawBufferPointer, outOfBand: Unmanaged<OutOfBandArrays>? = nil) {
        self.bytes = bytes
        self.outOfBand = outOfBand
    }

    @inline(__always)
    func byte(at offset: Int) throws(CBORError) -> UInt8 {
        guard offset < bytes.count else { throw truncated() }
        return bytes[offset]
    }

    @inline(__always)
    private func argument<I: FixedWidthInteger>(_ type: I.Type, at offset: Int) throws(CBORError) -> UInt64 {
        guard MemoryLayout<I>.size <= bytes.count - offset else { throw truncated() }
        return UInt64(truncatingIfNeeded: I(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: I.self)))
    }

    /// Reads the head of the item at `offset`, and checks the head alone.
    ///
    /// The head of a "break" is returned like any other. The caller knows whether one may be there.
    @inline(__always)
    func head(at offset: Int) throws(CBORError) -> Head {
        let initial = try byte(at: offset)
        let info = initial & 0x1F
        if info < 24 {
            return Head(major: major(initial), info: info, argument: UInt64(info), next: offset + 1)
        }
        return try longHead(initial, at: offset)
    }

    @inline(__always)
    private func major(_ initial: UInt8) -> MajorType {
        // Three bits always make one of the eight types.
        unsafeBitCast(initial &>> 5, to: MajorType.self)
    }

    private func longHead(_ initial: UInt8, at offset: Int) throws(CBORError) -> Head {
        let major = major(initial)
        let info = initial & 0x1F
        let argument: UInt64
        let width: Int
        switch info {
        case 24:
            (argument, width) = (try self.argument(UInt8.self, at: offset + 1), 1)
            if major == .simple && argument < 32 {
                throw CBORError(.malformed, "a simple value below 32 is written with two bytes", at: offset)
            }
        case 25: (argument, width) = (try self.argument(UInt16.self, at: offset + 1), 2)
        case 26: (argument, width) = (try self.argument(UInt32.self, at: offset + 1), 4)
        case 27: (argument, width) = (try self.argument(UInt64.self, at: offset + 1), 8)
        case Head.indefinite where major != .unsigned && major != .negative && major != .tag:
            (argument, width) = (0, 0)
        default:
            throw CBORError(.malformed, "initial byte \(hex(initial)) is reserved", at: offset)
        }
        return Head(major: major, info: info, argument: argument, next: offset + 1 + width)
    }

    /// Reads the head of the item at `offset` behind its tags.
    func untaggedHead(at offset: Int) throws(CBORError) -> Head {
        var head = try head(at: offset)
        while head.major == .tag {
            head = try self.head(at: head.next)
        }
        return head
    }

    /// Returns the length of a string, if the input has all of its bytes.
    @inline(__always)
    func length(of head: Head) throws(CBORError) -> Int {
        guard head.argument <= UInt64(bytes.count - head.next) else { throw truncated() }
        return Int(truncatingIfNeeded: head.argument)
    }

    /// Returns the number of elements of an array or of entries of a map, or `nil` if it is indefinite.
    ///
    /// An element takes at least one byte. So a count that the input cannot hold is refused before memory is allocated.
    func count(of head: Head) throws(CBORError) -> Int? {
        if head.isIndefinite { return nil }
        let room = bytes.count - head.next
        guard head.argument <= UInt64(head.major == .map ? room / 2 : room) else { throw truncated() }
        return Int(truncatingIfNeeded: head.argument)
    }

    /// Returns whether item `index` of an array or a map begins at `offset`. If not, its end does.
    func hasItem(_ index: Int, of count: Int?, at offset: Int) throws(CBORError) -> Bool {
        if let count { return index < count }
        return try !isBreak(at: offset)
    }

    @inline(__always)
    func isBreak(at offset: Int) throws(CBORError) -> Bool {
        try byte(at: offset) == Head.breakByte
    }

    /// Returns whether the item at `offset` is null or undefined, tagged or not.
    func isNull(at offset: Int) throws(CBORError) -> Bool {
        let head = try untaggedHead(at: offset)
        return head.major == .simple && (head.info == 22 || head.info == 23)
    }

    @inline(never)
    func truncated() -> CBORError {
        CBORError(.truncated, "the input ends inside a data item", at: bytes.count)
    }
}

// MARK: - Naming what was found

extension Reader {
    /// The error for an item of another kind than the program asked for.
    @inline(never)
    func mismatch(at offset: Int) -> CBORError {
        guard let head = try? untaggedHead(at: offset) else { return truncated() }
        if head.isBreak { return unexpectedBreak(at: offset) }
        let found =
            switch head.major {
            case .unsigned, .negative: "an integer"
            case .bytes: "a byte string"
            case .text: "a text string"
            case .array: "an array"
            case .map: "a map"
            case .tag: "a tag"
            case .simple: simpleName(head)
            }
        let isNull = found == "null" || found == "undefined"
        return CBORError(isNull ? .valueNotFound : .typeMismatch, "found \(found)", at: offset)
    }

    private func simpleName(_ head: Head) -> String {
        switch head.info {
        case 20, 21: "a Boolean"
        case 22: "null"
        case 23: "undefined"
        case 25, 26, 27: "a floating-point number"
        default: "simple value \(head.argument)"
        }
    }

    @inline(never)
    func unexpectedBreak(at offset: Int) -> CBORError {
        CBORError(.malformed, "found a break in place of a data item", at: offset)
    }

    private func hex(_ byte: UInt8) -> String {
        "0x" + String(byte, radix: 16, uppercase: true)
    }
}
