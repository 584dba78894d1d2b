/// The encoding of an optional whose value is itself null, such as `.some(nil)` of an `Int??`.
///
/// `Codable` writes the `nil` of both levels as null. So the null of an inner level gets a tag for each level around it
/// that has a value. Readers that do not know the tag skip it and find null.
enum InnerNil {
    /// The number of the tag. Nothing else is written with this tag.
    static let tag: UInt64 = 0x6D70_6E69

    /// The bytes of the tag.
    static let head: [UInt8] = [0xDA, 0x6D, 0x70, 0x6E, 0x69]
}

/// An optional of any type.
private protocol OptionalType {
    static var wrapped: Any.Type { get }
}

extension Optional: OptionalType {
    static var wrapped: Any.Type { Wrapped.self }
}

extension EncodingState {
    /// Tags the data item that an optional's value has written since `mark`, if it is null.
    ///
    /// - Parameter id: The frame, which must be that of an optional; nil if the caller knows that it is.
    @inline(__always)
    func tagNil(since mark: Mark, of id: EncodingFrameID?) {
        let count = output.offset - offset(of: mark)
        if count > 0, count % InnerNil.head.count == 1 { tagNil(count, mark, id) }
    }

    @inline(never)
    private func tagNil(_ count: Int, _ mark: Mark, _ id: EncodingFrameID?) {
        guard isActive(mark) else { return }
        let start = offset(of: mark)
        guard output.byte(at: start + count - 1) == SimpleByte.null else { return }
        for place in 0..<count - 1 {
            guard output.byte(at: start + place) == InnerNil.head[place % InnerNil.head.count] else { return }
        }
        if let id { guard frames[id.index].type is any OptionalType.Type else { return } }
        output.truncate(to: start)
        for _ in 0...count / InnerNil.head.count { output.writeHead(.tag, InnerNil.tag) }
        output.writeByte(SimpleByte.null)
    }
}

extension Reader {
    /// Returns the offset behind the tag of an inner null, or nil if there is none at `offset`.
    @inline(__always)
    func innerNil(at offset: Int) -> Int? {
        guard offset < bytes.count, bytes[offset] == InnerNil.head[0] else { return nil }
        guard let head = try? head(at: offset), head.argument == InnerNil.tag else { return nil }
        return head.next
    }
}

extension DecodingState {
    /// Returns the offset of the value of an optional whose frame is `index`, if it is an inner null.
    ///
    /// An optional of a type that is never null takes an inner null as its own.
    @inline(__always)
    func innerNil(ofOptionalAt index: Int) -> Int? {
        guard let inner = reader.innerNil(at: frames[index].start) else { return nil }
        guard let optional = frames[index].type as? any OptionalType.Type, KnownType(optional.wrapped) == nil else {
            return nil
        }
        return inner
    }
}
