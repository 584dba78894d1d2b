/// The content of a typed array (RFC 8746): numbers in a byte string.
struct TypedArrayContent {
    let tag: TypedArrayTag

    /// The offset of the byte string's content.
    let start: Int

    let count: Int

    /// The offset behind the byte string.
    var end: Int { start + count * tag.width }
}

extension Reader {
    /// Returns the typed array at `offset`, or the byte string there, which is an array of bytes.
    ///
    /// - Returns: `nil` if something else is there.
    func typedArray(at offset: Int) throws(CBORError) -> TypedArrayContent? {
        var head = try head(at: offset)
        var tag = TypedArrayTag(element: .unsigned, width: 1, isLittleEndian: false)
        while head.major == .tag {
            tag = TypedArrayTag(head.argument) ?? tag
            head = try self.head(at: head.next)
        }
        // A chunked string is not contiguous, so `array(of:at:)` copies and joins it.
        guard head.major == .bytes, !head.isIndefinite else { return nil }
        let length = try length(of: head)
        guard length.isMultiple(of: tag.width) else {
            let message = "a typed array of \(tag.width)-byte numbers has a length of \(length) bytes"
            throw CBORError(.malformed, message, at: offset)
        }
        guard tag.width <= 8 else {
            throw CBORError(.unrepresentable, "found 128-bit floating-point numbers", at: offset)
        }
        return TypedArrayContent(tag: tag, start: head.next, count: length / tag.width)
    }

    /// Returns element `index` of a typed array.
    func number(_ index: Int, of array: TypedArrayContent) -> Number {
        let offset = array.start + index * array.tag.width
        func load<I: FixedWidthInteger>(_ type: I.Type) -> I {
            let raw = bytes.loadUnaligned(fromByteOffset: offset, as: I.self)
            return array.tag.isLittleEndian ? I(littleEndian: raw) : I(bigEndian: raw)
        }
        func signed(_ value: some FixedWidthInteger) -> Number {
            value < 0 ? .negative(UInt64(bitPattern: ~Int64(value))) : .unsigned(UInt64(value))
        }
        switch (array.tag.element, array.tag.width) {
        case (.unsigned, 1): return .unsigned(UInt64(load(UInt8.self)))
        case (.unsigned, 2): return .unsigned(UInt64(load(UInt16.self)))
        case (.unsigned, 4): return .unsigned(UInt64(load(UInt32.self)))
        case (.unsigned, _): return .unsigned(load(UInt64.self))
        case (.signed, 1): return signed(load(Int8.self))
        case (.signed, 2): return signed(load(Int16.self))
        case (.signed, 4): return signed(load(Int32.self))
        case (.signed, _): return signed(load(Int64.self))
        case (.float, 2): return .float(FloatBits.double(half: load(UInt16.self)))
        case (.float, 4): return .float(FloatBits.double(single: load(UInt32.self)))
        case (.float, _): return .float(Double(bitPattern: load(UInt64.self)))
        }
    }
}

extension Reader {
    /// Reads the numbers at `offset`: a typed array of any number type, a byte string or a plain array.
    func numbers<Element: NumberScalar>(
        _ type: Element.Type,
        at offset: inout Int
    ) throws(CBORError) -> [Element] {
        if outOfBand != nil, let array = try outOfBandArray(type, at: &offset) { return array }
        guard let array = try typedArray(at: offset) else {
            if try untaggedHead(at: offset).major == .bytes { return try chunkedNumbers(type, at: &offset) }
            return try elements(type, at: &offset)
        }
        let tag = array.tag
        var numbers: [Element] = []
        if tag.element == Element.typedArrayTag.element && tag.width == MemoryLayout<Element>.size {
            numbers = copy(array)
        } else {
            numbers.reserveCapacity(array.count)
            for index in 0..<array.count {
                let number = number(index, of: array)
                guard let element = Element(number) else {
                    var error = unrepresentable(number, as: type, at: array.start + index * tag.width)
                    error.codingPath = [IndexKey(index)]
                    throw error
                }
                numbers.append(element)
            }
        }
        offset = array.end
        return numbers
    }

    /// Reads the numbers of a typed array whose byte string has an indefinite length. The chunks are joined first.
    private func chunkedNumbers<Element: NumberScalar>(
        _ type: Element.Type,
        at offset: inout Int
    ) throws(CBORError) -> [Element] {
        var start = offset
        while try head(at: start).major == .tag {
            start = try head(at: start).next
        }
        var end = start
        var joined = [UInt8](bytes[offset..<start])
        let content = try byteString(at: &end)
        Output.write(appendingTo: &joined) { output in
            content.withUnsafeBytes { output.writeBytes($0) }
        }
        let numbers = joined.withUnsafeBytes { joined in
            Result<[Element], CBORError> { () throws(CBORError) in
                var beginning = 0
                return try Reader(joined).numbers(type, at: &beginning)
            }
        }
        switch numbers {
        case .success(let result):
            offset = end
            return result
        case .failure(let error):
            throw CBORError(error.code, error.message, at: offset, codingPath: error.codingPath)
        }
    }

    /// Reads the scalars of a plain array at `offset`.
    func elements<Element: Scalar>(_ type: Element.Type, at offset: inout Int) throws(CBORError) -> [Element] {
        let head = try untaggedHead(at: offset)
        guard head.major == .array else { throw mismatch(at: offset) }
        let count = try count(of: head)
        var elements: [Element] = []
        var end = head.next
        elements.reserveCapacity(count ?? 0)
        while try hasItem(elements.count, of: count, at: end) {
            do throws(CBORError) {
                elements.append(try Element.read(from: self, at: &end))
            } catch var error {
                error.codingPath.insert(IndexKey(elements.count), at: 0)
                throw error
            }
        }
        offset = count == nil ? end + 1 : end
        return elements
    }

    /// Returns the elements of a typed array with the type's own representation, perhaps in the other byte order.
    private func copy<Element: NumberScalar>(_ array: TypedArrayContent) -> [Element] {
        // Otherwise the standard library would write to the one object that represents all empty arrays, which the
        // thread sanitizer reports.
        guard array.count > 0 else { return [] }
        return [Element](unsafeUninitializedCapacity: array.count) { target, count in
            count = array.count
            let raw = UnsafeMutableRawBufferPointer(target)
            raw.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[array.start..<array.end]))
            guard array.tag.isLittleEndian != TypedArrayTag.machineIsLittleEndian else { return }
            switch array.tag.width {
            case 2: swapBytes(of: raw, UInt16.self)
            case 4: swapBytes(of: raw, UInt32.self)
            case 8: swapBytes(of: raw, UInt64.self)
            default: break
            }
        }
    }

    /// Swaps the bytes of whole machine words. The memory is aligned for elements of their size.
    private func swapBytes<I: FixedWidthInteger & BitwiseCopyable>(of raw: UnsafeMutableRawBufferPointer, _: I.Type) {
        for offset in stride(from: 0, to: raw.count, by: MemoryLayout<I>.size) {
            let word = raw.loadUnaligned(fromByteOffset: offset, as: I.self)
            raw.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: I.self)
        }
    }
}
