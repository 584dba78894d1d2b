extension Item {
    /// An array of numbers in the machine's byte order.
    package struct Numbers {
        package let format: NumberFormat
        package let count: Int
        /// The bytes of the numbers. They are part of the message, perhaps not aligned, or a copy that is valid during
        /// the call.
        package let bytes: UnsafeRawBufferPointer
        package let isInMessage: Bool
    }

    /// Calls `body` with the numbers of a typed array, a byte string or an array, in a format.
    ///
    /// - Parameter format: The format; nil for that of the message. For an array it is `int64` if all its numbers are
    ///   integers, and `double` otherwise.
    package func numbers<Result>(
        as format: NumberFormat?,
        _ body: (Numbers) -> Result
    ) throws(ItemError) -> Result {
        let array = try? reader.typedArray(at: offset)
        if let array, let own = NumberFormat(array.tag), format == nil || format == own,
            array.tag.isLittleEndian == TypedArrayTag.machineIsLittleEndian || array.tag.width == 1
        {
            let bytes = UnsafeRawBufferPointer(rebasing: message[array.start..<array.end])
            return body(Numbers(format: own, count: array.count, bytes: bytes, isInMessage: true))
        }
        let wanted = format ?? array.flatMap { NumberFormat($0.tag) } ?? formatOfList
        return try converted(to: wanted.type, wanted, body)
    }

    private func converted<Element: NumberScalar, Result>(
        to type: Element.Type,
        _ format: NumberFormat,
        _ body: (Numbers) -> Result
    ) throws(ItemError) -> Result {
        let numbers: [Element]
        do throws(CBORError) {
            var end = offset
            numbers = try reader.numbers(type, at: &end)
        } catch {
            throw problem(error, format)
        }
        return numbers.withUnsafeBytes {
            body(Numbers(format: format, count: numbers.count, bytes: $0, isInMessage: false))
        }
    }

    private func problem(_ error: CBORError, _ format: NumberFormat) -> ItemError {
        guard kind == .array || kind == .numbers || kind == .bytes else { return mismatch(format.description) }
        let place = error.codingPath.first.flatMap { $0 as? IndexKey }.map { "element \($0.index): " } ?? ""
        return ItemError(
            code: error.code == .unrepresentable ? .range : .mismatch,
            message: "must be \(format.description): \(place)\(error.message)",
            offset: offset
        )
    }

    /// The format for the numbers of an array, which does not state one.
    private var formatOfList: NumberFormat {
        guard var elements = try? elements(), !elements.isMap else { return .double }
        while let (_, value) = elements.next() {
            if value.kind != .integer { return .double }
        }
        return .int64
    }
}

extension NumberFormat {
    /// Makes the format of a typed array. Half precision, for which C has no type, becomes `float`.
    init?(_ tag: TypedArrayTag) {
        switch (tag.element, tag.width) {
        case (.signed, 1): self = .int8
        case (.signed, 2): self = .int16
        case (.signed, 4): self = .int32
        case (.signed, 8): self = .int64
        case (.unsigned, 1): self = .uint8
        case (.unsigned, 2): self = .uint16
        case (.unsigned, 4): self = .uint32
        case (.unsigned, 8): self = .uint64
        case (.float, 4): self = .float
        case (.float, 8): self = .double
        default: return nil
        }
    }

    var tag: TypedArrayTag { type.typedArrayTag }
}
