/// A large array of numbers that travels out of band, from memory to memory, and is not copied into an encoding.
///
/// The encoding refers to the array by its index among the out-of-band arrays.
///
/// The conformance to `Sendable` is unchecked because the bytes are constant while they are shared: a receiver writes
/// them before any other code sees the array.
package class NumberArray: @unchecked Sendable {
    // The elements of such arrays are contiguous. Their address is constant while a reference exists and nobody writes.

    /// The numbers in the layout of memory.
    package let bytes: UnsafeMutableRawBufferPointer

    /// The code of the elements' type. Both sides run the same build, so they agree on it.
    package let code: UInt8

    fileprivate init(bytes: UnsafeMutableRawBufferPointer, code: UInt8) {
        self.bytes = bytes
        self.code = code
    }

    /// Makes an array of `byteCount` bytes that are still to be written. Returns nil if that is not an array of
    /// numbers.
    package static func make(code: UInt8, byteCount: Int) -> NumberArray? {
        func make<Element: NumberScalar>(_ type: Element.Type) -> NumberArray? {
            guard byteCount.isMultiple(of: MemoryLayout<Element>.size), byteCount > 0 else { return nil }
            return TypedNumberArray<Element>(unwritten: byteCount / MemoryLayout<Element>.size, code: code)
        }
        switch KnownType(rawValue: code) {
        case .doubleArray: return make(Double.self)
        case .floatArray: return make(Float.self)
        case .intArray: return make(Int.self)
        case .uint8Array: return make(UInt8.self)
        case .int32Array: return make(Int32.self)
        case .int64Array: return make(Int64.self)
        case .uintArray: return make(UInt.self)
        case .int8Array: return make(Int8.self)
        case .int16Array: return make(Int16.self)
        case .uint16Array: return make(UInt16.self)
        case .uint32Array: return make(UInt32.self)
        case .uint64Array: return make(UInt64.self)
        default: return nil
        }
    }

    /// Writes the array into the encoding, as if it had not been out of band.
    func write(to output: inout Output) {}

    /// Returns the array, if its elements have this type.
    package func elements<Other>(as type: Other.Type) -> [Other]? { nil }
}

/// An array with the type of its elements.
final class TypedNumberArray<Element: NumberScalar>: NumberArray, @unchecked Sendable {
    let elements: [Element]

    init(_ elements: [Element], code: UInt8) {
        self.elements = elements
        super.init(bytes: Self.memory(of: elements), code: code)
    }

    fileprivate init(unwritten count: Int, code: UInt8) {
        elements = [Element](unsafeUninitializedCapacity: count) { $1 = count }
        super.init(bytes: Self.memory(of: elements), code: code)
    }

    private static func memory(of elements: [Element]) -> UnsafeMutableRawBufferPointer {
        elements.withUnsafeBytes { UnsafeMutableRawBufferPointer(mutating: $0) }
    }

    override func write(to output: inout Output) { output.writeTypedArray(elements) }

    override package func elements<Other>(as type: Other.Type) -> [Other]? {
        // A cast would go through the elements one by one, even if the types are the same.
        Other.self == Element.self ? unsafeBitCast(elements, to: [Other].self) : nil
    }
}

/// An array of any trivial type, which travels as its bytes.
private final class ByteArray<Element>: NumberArray, @unchecked Sendable {
    private let elements: [Element]

    init(_ elements: [Element]) {
        self.elements = elements
        let bytes = elements.withUnsafeBytes { UnsafeMutableRawBufferPointer(mutating: $0) }
        super.init(bytes: bytes, code: KnownType.uint8Array.rawValue)
    }
}

/// The out-of-band arrays of one or several encodings.
package final class OutOfBandArrays {
    // The one thread that encodes or decodes owns the list.
    @exclusivity(unchecked) package private(set) var arrays: [NumberArray]

    /// The size, in bytes, from which arrays travel out of band. Smaller ones are copied.
    package static let least = 1 << 16

    /// The most arrays that travel out of band. Further ones are copied.
    package static let most = 255

    package init(_ arrays: [NumberArray] = []) { self.arrays = arrays }

    /// The tag before the index of an out-of-band array. Nothing else is written with this tag.
    static let tag: UInt64 = 0x6D70_6966

    /// Adds an array of a trivial type, and returns its index; nil if there are too many. An array of numbers arrives as
    /// one, others arrive as an array of bytes.
    package func add<Element>(bytesOf elements: [Element]) -> Int? {
        guard arrays.count < Self.most else { return nil }
        // `Number` is `Element`. A cast would go through the elements one by one.
        func numbers<Number: NumberScalar>(_ type: Number.Type) -> NumberArray? {
            guard let known = KnownType([Number].self) else { return nil }
            return TypedNumberArray(unsafeBitCast(elements, to: [Number].self), code: known.rawValue)
        }
        let numbers = (Element.self as? any NumberScalar.Type).flatMap { numbers($0) }
        arrays.append(numbers ?? ByteArray(elements))
        return arrays.count - 1
    }

    /// Adds an array if it is large enough, and returns its index.
    func add<Element: NumberScalar>(_ elements: [Element], _ type: KnownType) -> Int? {
        guard elements.count >= Self.least / MemoryLayout<Element>.size, arrays.count < Self.most else { return nil }
        arrays.append(TypedNumberArray(elements, code: type.rawValue))
        return arrays.count - 1
    }
}

extension Output {
    mutating func writeReference(_ place: Int) {
        writeHead(.tag, OutOfBandArrays.tag)
        writeHead(.unsigned, count: place)
    }
}

extension Reader {
    /// Returns the index of an out-of-band array if there is a reference at `offset`.
    func reference(at offset: Int) throws(CBORError) -> (place: Int, next: Int)? {
        let head = try head(at: offset)
        guard head.major == .tag, head.argument == OutOfBandArrays.tag else { return nil }
        let place = try self.head(at: head.next)
        guard place.major == .unsigned, place.argument < UInt64(OutOfBandArrays.most) else {
            throw CBORError(.malformed, "a reference to an out-of-band array that is missing", at: offset)
        }
        return (Int(place.argument), place.next)
    }

    /// Returns the out-of-band array if there is a reference at `offset`.
    func outOfBandArray<Element: NumberScalar>(
        _ type: Element.Type,
        at offset: inout Int
    ) throws(CBORError) -> [Element]? {
        guard let arrays = outOfBand?._withUnsafeGuaranteedRef({ $0.arrays }),
            let (place, next) = try reference(at: offset)
        else { return nil }
        guard place < arrays.count, let array = arrays[place] as? TypedNumberArray<Element> else {
            throw mismatch(at: offset)
        }
        offset = next
        return array.elements
    }

    /// Returns all bytes, with the arrays in place of their references.
    func withArraysInside(_ arrays: [NumberArray]) throws(CBORError) -> [UInt8] {
        var pieces: [(range: Range<Int>, place: Int?)] = []
        var (offset, start) = (0, 0)
        // Heads follow one another, however the items are nested.
        while offset < bytes.count {
            if let (place, next) = try reference(at: offset) {
                guard place < arrays.count else {
                    throw CBORError(.malformed, "a reference to an out-of-band array that is missing", at: offset)
                }
                pieces.append((start..<offset, place))
                (offset, start) = (next, next)
                continue
            }
            let head = try head(at: offset)
            let hasContent = (head.major == .bytes || head.major == .text) && !head.isIndefinite
            offset = head.next + (hasContent ? try length(of: head) : 0)
        }
        pieces.append((start..<bytes.count, nil))
        var result: [UInt8] = []
        Output.write(appendingTo: &result) { output in
            for (range, place) in pieces {
                output.writeRaw(UnsafeRawBufferPointer(rebasing: bytes[range]))
                if let place { arrays[place].write(to: &output) }
            }
        }
        return result
    }
}
