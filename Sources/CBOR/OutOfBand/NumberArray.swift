/// A large array of numbers that goes beside an encoding, from memory into memory, instead of being copied into it.
///
/// The encoding refers to it by its place among the arrays that go beside it.
package class NumberArray: @unchecked Sendable {
    // Arrays of numbers lie in one piece, and stay in place as long as somebody holds them and nobody writes. Who
    // receives an array writes it before anybody else sees it.

    /// The numbers as they lie in memory.
    package let bytes: UnsafeMutableRawBufferPointer

    /// Stands for the type of the elements; both sides are of the same build.
    package let code: UInt8

    fileprivate init(bytes: UnsafeMutableRawBufferPointer, code: UInt8) {
        self.bytes = bytes
        self.code = code
    }

    /// An array of so many bytes whose content is still to be written; nil if that is no array of numbers.
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

    /// Writes the array as if it had never gone beside.
    func write(to output: inout Output) {}
}

/// One with the type of its elements.
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
}

/// The arrays that go beside one encoding, or several.
package final class OutOfBandArrays {
    // Belongs to the one thread that encodes or decodes.
    @exclusivity(unchecked) package private(set) var arrays: [NumberArray]

    /// Arrays of so many bytes go beside; smaller ones are copied.
    package static let least = 1 << 16

    /// So many go beside at most: the others are copied.
    package static let most = 255

    package init(_ arrays: [NumberArray] = []) { self.arrays = arrays }

    /// Stands before the place of an array that goes beside. Nothing else is written with this tag.
    static let tag: UInt64 = 0x6D70_6966

    /// Takes an array, if it is large enough, and returns its place.
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
    /// The place of an array that went beside, if that is what is at `offset`.
    func reference(at offset: Int) throws(CBORError) -> (place: Int, next: Int)? {
        let head = try head(at: offset)
        guard head.major == .tag, head.argument == OutOfBandArrays.tag else { return nil }
        let place = try self.head(at: head.next)
        guard place.major == .unsigned, place.argument < UInt64(OutOfBandArrays.most) else {
            throw CBORError(.malformed, "a reference to nothing", at: offset)
        }
        return (Int(place.argument), place.next)
    }

    /// The array that went beside, if there is a reference at `offset`.
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

    /// All bytes, with the arrays in the places of their references.
    func withArraysInside(_ arrays: [NumberArray]) throws(CBORError) -> [UInt8] {
        var pieces: [(range: Range<Int>, place: Int?)] = []
        var (offset, start) = (0, 0)
        // Heads follow one another, whatever contains what.
        while offset < bytes.count {
            if let (place, next) = try reference(at: offset) {
                guard place < arrays.count else { throw CBORError(.malformed, "a reference to nothing", at: offset) }
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
