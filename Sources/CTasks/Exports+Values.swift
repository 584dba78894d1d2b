// The functions of mpifutures.h that read values. The header has their contracts.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
internal import CBOR
package import CMPIFutures
internal import Glibc

/// Reads from a value, and sets the thread's error if that fails.
private func read(
    _ value: UnsafePointer<mpifutures_value>?,
    _ body: (Item, ValueSource) throws(ItemError) -> Void
) -> CInt {
    guard let value = value?.pointee, let source = value.source, value.message_ != nil else {
        return CStatus.null("the value").setError()
    }
    return read(value.item, of: source) { item throws(ItemError) in try body(item, source) }
}

/// Reads from an item of a source, and sets the thread's error if that fails.
func read(
    _ item: Item,
    of source: ValueSource,
    _ body: (Item) throws(ItemError) -> Void
) -> CInt {
    do throws(ItemError) {
        try body(item)
        return Status.ok
    } catch {
        let path = Item(item.message, at: 0).path(to: error.offset)
        let message = "\(source.name(path)) \(error.message)"
        source.note(message)
        return CStatus(Status.of(error.code), message).setError()
    }
}

extension Status {
    fileprivate static func of(_ code: ItemError.Code) -> CInt {
        switch code {
        case .mismatch: mismatch
        case .range: range
        case .missing: missing
        }
    }
}

@c @implementation
package func mpifutures_value_kind(_ value: UnsafePointer<mpifutures_value>?) -> mpifutures_kind {
    guard let value = value?.pointee, value.message_ != nil else { return MPIFUTURES_OTHER }
    switch value.item.kind {
    case .null: return MPIFUTURES_NULL
    case .bool: return MPIFUTURES_BOOL
    case .integer: return MPIFUTURES_INTEGER
    case .real: return MPIFUTURES_REAL
    case .text: return MPIFUTURES_STRING
    case .bytes: return MPIFUTURES_BYTES
    case .array: return MPIFUTURES_LIST
    case .map: return MPIFUTURES_MAP
    case .numbers: return MPIFUTURES_NUMBERS
    case .other: return MPIFUTURES_OTHER
    }
}

@c @implementation
package func mpifutures_value_int64(
    _ value: UnsafePointer<mpifutures_value>?,
    _ number: UnsafeMutablePointer<Int64>?
) -> CInt {
    guard let number else { return CStatus.null("the place for the number").setError() }
    return read(value) { item, _ throws(ItemError) in number.pointee = try item.integer() }
}

@c @implementation
package func mpifutures_value_double(
    _ value: UnsafePointer<mpifutures_value>?,
    _ number: UnsafeMutablePointer<Double>?
) -> CInt {
    guard let number else { return CStatus.null("the place for the number").setError() }
    return read(value) { item, _ throws(ItemError) in number.pointee = try item.real() }
}

@c @implementation
package func mpifutures_value_bool(
    _ value: UnsafePointer<mpifutures_value>?,
    _ truth: UnsafeMutablePointer<Bool>?
) -> CInt {
    guard let truth else { return CStatus.null("the place for the truth value").setError() }
    return read(value) { item, _ throws(ItemError) in truth.pointee = try item.bool() }
}

@c @implementation
package func mpifutures_value_string(
    _ value: UnsafePointer<mpifutures_value>?,
    _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int>?
) -> CInt {
    guard let text else { return CStatus.null("the place for the text").setError() }
    return read(value) { item, source throws(ItemError) in
        var content = try item.textOrName()
        content.withUnsafeMutableBytes { bytes in
            let copy = source.allocate(bytes.count + 1)
            if let start = bytes.baseAddress { copy.copyMemory(from: start, byteCount: bytes.count) }
            copy.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
            text.pointee = UnsafePointer(copy.assumingMemoryBound(to: CChar.self))
            length?.pointee = bytes.count
        }
    }
}

@c @implementation
package func mpifutures_value_bytes(
    _ value: UnsafePointer<mpifutures_value>?,
    _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
    _ size: UnsafeMutablePointer<Int>?
) -> CInt {
    guard let bytes, let size else { return CStatus.null("a place for the bytes").setError() }
    return read(value) { item, source throws(ItemError) in
        if let content = try item.bytes() {
            bytes.pointee = content.baseAddress
            size.pointee = content.count
        } else {
            let content = try item.copiedBytes()
            bytes.pointee = content.withUnsafeBytes { source.copy($0) }
            size.pointee = content.count
        }
    }
}

@c @implementation
package func mpifutures_value_array(
    _ value: UnsafePointer<mpifutures_value>?,
    _ type: mpifutures_type,
    _ array: UnsafeMutablePointer<mpifutures_array>?
) -> CInt {
    guard let array else { return CStatus.null("the place for the array").setError() }
    let format = NumberFormat(rawValue: UInt8(clamping: type.rawValue))
    guard format != nil || type == MPIFUTURES_ANY else {
        return CStatus(Status.invalid, "there is no such type").setError()
    }
    return read(value) { item, source throws(ItemError) in
        array.pointee = try item.numbers(as: format) { numbers in
            let address = Int(bitPattern: numbers.bytes.baseAddress)
            let isUsable = numbers.isInMessage && address.isMultiple(of: numbers.format.width)
            return mpifutures_array(
                type: mpifutures_type(rawValue: UInt32(numbers.format.rawValue)),
                elements: isUsable ? numbers.bytes.baseAddress : UnsafeRawPointer(source.copy(numbers.bytes)),
                count: numbers.count
            )
        }
    }
}

extension ValueSource {
    fileprivate func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        let copy = allocate(bytes.count)
        if let start = bytes.baseAddress { copy.copyMemory(from: start, byteCount: bytes.count) }
        return UnsafeRawPointer(copy)
    }
}

@c @implementation
package func mpifutures_value_cbor(
    _ value: UnsafePointer<mpifutures_value>?,
    _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
    _ size: UnsafeMutablePointer<Int>?
) -> CInt {
    guard let bytes, let size else { return CStatus.null("a place for the bytes").setError() }
    return read(value) { item, _ throws(ItemError) in
        let encoded = item.encoded
        bytes.pointee = encoded.baseAddress
        size.pointee = encoded.count
    }
}

// MARK: - Nested values

@c @implementation
package func mpifutures_value_count(
    _ value: UnsafePointer<mpifutures_value>?,
    _ count: UnsafeMutablePointer<Int>?
) -> CInt {
    guard let count else { return CStatus.null("the place for the count").setError() }
    return read(value) { item, _ throws(ItemError) in count.pointee = try item.count() }
}

@c @implementation
package func mpifutures_value_at(
    _ value: UnsafePointer<mpifutures_value>?,
    _ index: Int,
    _ element: UnsafeMutablePointer<mpifutures_value>?
) -> CInt {
    guard let element else { return CStatus.null("the place for the element").setError() }
    return read(value) { item, source throws(ItemError) in element.pointee = source.value(try item.element(index)) }
}

@c @implementation
package func mpifutures_value_member(
    _ value: UnsafePointer<mpifutures_value>?,
    _ label: UnsafePointer<CChar>?,
    _ member: UnsafeMutablePointer<mpifutures_value>?
) -> CInt {
    guard let label, let member else { return CStatus.null("the label, or the place for its value,").setError() }
    return read(value) { item, source throws(ItemError) in
        member.pointee = source.value(try item.member(textBytes(label)))
    }
}

@c @implementation
package func mpifutures_value_has(
    _ value: UnsafePointer<mpifutures_value>?,
    _ label: UnsafePointer<CChar>?
) -> Bool {
    guard let value = value?.pointee, value.message_ != nil, let label else { return false }
    let found = try? value.item.find { $0.isText(textBytes(label)) }
    return found != nil
}

@c @implementation
package func mpifutures_value_begin(
    _ value: UnsafePointer<mpifutures_value>?,
    _ cursor: UnsafeMutablePointer<mpifutures_cursor>?
) -> CInt {
    guard let cursor else { return CStatus.null("the cursor").setError() }
    return read(value) { item, source throws(ItemError) in
        let elements = try item.elements()
        cursor.pointee = mpifutures_cursor(
            next_: source.value(Item(item.message, at: elements.offset)),
            left_: elements.left,
            is_map_: elements.isMap,
            is_indefinite_: elements.isIndefinite
        )
    }
}

@c @implementation
package func mpifutures_cursor_next(
    _ cursor: UnsafeMutablePointer<mpifutures_cursor>?,
    _ key: UnsafeMutablePointer<mpifutures_value>?,
    _ value: UnsafeMutablePointer<mpifutures_value>?
) -> CInt {
    guard let cursor, let value else { return CStatus.null("the cursor, or the place for the value,").setError() }
    guard let source = cursor.pointee.next_.source else { return CStatus.null("the cursor's value").setError() }
    let start = cursor.pointee.next_.item
    var elements = Item.Elements(
        start.message,
        at: start.offset,
        left: cursor.pointee.left_,
        isMap: cursor.pointee.is_map_,
        isIndefinite: cursor.pointee.is_indefinite_
    )
    guard let (foundKey, found) = elements.next() else { return Status.end }
    cursor.pointee.next_.offset_ = elements.offset
    cursor.pointee.left_ = elements.left
    value.pointee = source.value(found)
    if let foundKey { key?.pointee = source.value(foundKey) }
    return Status.ok
}

/// Returns the bytes of a text up to its zero byte.
func textBytes(_ text: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
    let bytes = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
    return UnsafeBufferPointer(start: bytes, count: strlen(text))
}
