/// Goes along the stored properties of one value, while the type's conformance writes or reads them.
///
/// One thread uses it, for one value at a time.
final class FieldCursor {
    private let layout: FieldLayout
    /// What each step along the properties needs, where no reference is counted.
    private let steps: UnsafeMutableBufferPointer<Step>
    /// Those of properties that are structs.
    private let nested: [FieldCursor?]
    /// The value; nil when nobody encodes or decodes, whatever containers the user's code has kept.
    @exclusivity(unchecked) private var bytes: UnsafeRawPointer?
    /// The property that comes next.
    @exclusivity(unchecked) private var next = 0
    @exclusivity(unchecked) private var isOpen = false
    /// Whether everything so far was as the compiler's conformance does it.
    @exclusivity(unchecked) private var isRegular = true
    /// Whether the `init(from:)` of a property has thrown; the real decoder throws that error with its place.
    @exclusivity(unchecked) private var hasThrown = false

    // The containers that were handed out last, to be handed out again. They hold this cursor: see `forgetContainers`.
    @exclusivity(unchecked) private var encodingKey: ObjectIdentifier?
    @exclusivity(unchecked) private var encodingContainer: AnyObject?
    @exclusivity(unchecked) private var decodingKey: ObjectIdentifier?
    @exclusivity(unchecked) private var decodingContainer: AnyObject?

    init(_ layout: FieldLayout) {
        self.layout = layout
        nested = layout.fields.map { $0.nested.map { FieldCursor($0) } }
        steps = .allocate(capacity: layout.fields.count)
        _ = steps.initialize(from: layout.fields.lazy.map { Step($0) })
    }

    deinit { steps.deallocate() }

    private func begin(_ bytes: UnsafeRawPointer) {
        self.bytes = bytes
        next = 0
        isOpen = false
        isRegular = true
        hasThrown = false
    }

    /// Notes that the conformance does something that the compiler's does not.
    func deviate() { isRegular = false }
}

/// A property as a cursor looks at it. Its name lives in the layout.
private struct Step: BitwiseCopyable {
    let identity: ObjectIdentifier
    let offset: Int
    private let name: (UInt64, UInt64)

    init(_ field: FieldLayout.Field) {
        (identity, offset, name) = (field.identity, field.offset, Self.bits(of: field.name))
    }

    private static func bits(of name: String) -> (UInt64, UInt64) { unsafeBitCast(name, to: (UInt64, UInt64).self) }

    /// Returns whether a name is the property's own and in the same place, or short: then it surely is the same. False
    /// says nothing.
    @inline(__always)
    func surelyHasName(_ name: String) -> Bool { Self.bits(of: name) == self.name }
}

/// Keeps a container, whose type only generic code knows.
private final class Kept<Container> {
    private let container: Container
    init(_ container: Container) { self.container = container }

    /// Returns the container. Not inlined: here the object knows its type, in the caller each use would look it up.
    @inline(never)
    @_semantics("optimize.sil.specialize.generic.never")
    func get() -> Container { container }
}

extension FieldCursor {
    /// The containers and the cursor hold each other until this is called.
    func forgetContainers() {
        (encodingKey, encodingContainer, decodingKey, decodingContainer) = (nil, nil, nil, nil)
        for cursor in nested { cursor?.forgetContainers() }
    }

    func encodingContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        // A second container could go back.
        if isOpen { deviate() }
        isOpen = true
        if encodingKey == ObjectIdentifier(type), let kept = encodingContainer {
            return unsafeDowncast(kept, to: Kept<KeyedEncodingContainer<Key>>.self).get()
        }
        return makeEncodingContainer(keyedBy: type)
    }

    // Not inlined: the types that it needs would be looked up for each value.
    @inline(never)
    private func makeEncodingContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let container = KeyedEncodingContainer(FieldChecker<Key>(cursor: self))
        (encodingKey, encodingContainer) = (ObjectIdentifier(type), Kept(container))
        return container
    }

    func decodingContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        if decodingKey == ObjectIdentifier(type), let kept = decodingContainer {
            return unsafeDowncast(kept, to: Kept<KeyedDecodingContainer<Key>>.self).get()
        }
        return makeDecodingContainer(keyedBy: type)
    }

    // Not inlined: the types that it needs would be looked up for each value.
    @inline(never)
    private func makeDecodingContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        let container = KeyedDecodingContainer(FieldReader<Key>(cursor: self))
        (decodingKey, decodingContainer) = (ObjectIdentifier(type), Kept(container))
        return container
    }
}

// MARK: - Encoding

extension FieldCursor {
    /// Returns whether a value encodes to its stored properties, each once, in order, as they lie at `bytes`.
    ///
    /// - Parameters:
    ///   - encoder: An encoder of this cursor.
    ///   - encode: Encodes the value.
    @inline(__always)  // Swift 6.3 would otherwise copy the encoder for each value.
    func encodes(at bytes: UnsafeRawPointer, by encoder: any Encoder, _ encode: (any Encoder) throws -> Void) -> Bool {
        begin(bytes)
        defer { self.bytes = nil }
        do { try encode(encoder) } catch { return false }
        return isRegular && next == steps.count
    }

    /// Checks that a number is written as the next property.
    @inline(__always)
    func check<Value: BitwiseCopyable & Equatable>(_ bits: Value, _ type: ObjectIdentifier, _ key: some CodingKey) {
        guard let bytes, next < steps.count else { return deviate() }
        let step = steps[next]
        if step.identity != type || !isName(key.stringValue, at: next)
            || bytes.loadUnaligned(fromByteOffset: step.offset, as: Value.self) != bits
        {
            deviate()
        }
        next += 1
    }

    @inline(__always)
    private func isName(_ name: String, at index: Int) -> Bool {
        steps[index].surelyHasName(name) || isLongName(name, at: index)
    }

    @inline(never)
    private func isLongName(_ name: String, at index: Int) -> Bool { layout.fields[index].name == name }

    /// Checks a value that is written by generic code, or is a struct.
    func check<Value: Encodable>(_ value: Value, _ key: some CodingKey) {
        guard let bytes, next < steps.count else { return deviate() }
        let field = layout.fields[next]
        let place = bytes + field.offset
        if field.identity != ObjectIdentifier(Value.self) || field.name != key.stringValue {
            deviate()
        } else if let nested = nested[next] {
            let encoder = FieldCheckingEncoder(cursor: nested)
            if !nested.encodes(at: place, by: encoder, { try value.encode(to: $0) }) { deviate() }
        } else {
            let isSame = withTrivialBytes(of: value) { bytes in
                let place = UnsafeRawBufferPointer(start: place, count: field.size)
                return field.parts.allSatisfy { bytes[$0].elementsEqual(place[$0]) }
            }
            if !isSame { deviate() }
        }
        next += 1
    }
}

// MARK: - Decoding

extension FieldCursor {
    /// Why an `init(from:)` has made no value.
    enum Detour: Error {
        /// It asks for something that only an encoding has.
        case needsEncoding
        case threw
    }

    /// Runs an `init(from:)` over the properties that lie at `bytes`.
    ///
    /// - Parameters:
    ///   - decoder: A decoder of this cursor.
    ///   - body: Calls the `init(from:)`, and keeps the value.
    @inline(__always)  // As above.
    func decode(
        from bytes: UnsafeRawPointer,
        by decoder: any Decoder,
        _ body: (any Decoder) throws -> Void
    ) throws(Detour) {
        begin(bytes)
        defer { self.bytes = nil }
        do { try body(decoder) } catch { throw isRegular ? .threw : .needsEncoding }
        if !isRegular { throw .needsEncoding }
        if hasThrown { throw .threw }
    }

    /// The property of a key and its place; a throw if there is none of that type.
    @inline(__always)
    private func find(_ type: ObjectIdentifier, _ key: some CodingKey) throws -> (index: Int, place: UnsafeRawPointer) {
        guard let bytes else { throw IrregularCoding() }
        let name = key.stringValue
        var index = next
        if index >= steps.count || !steps[index].surelyHasName(name) {
            index = layout.fields.firstIndex { $0.name == name } ?? steps.count
        }
        guard index < steps.count, steps[index].identity == type else {
            deviate()
            throw IrregularCoding()
        }
        next = index + 1
        return (index, bytes + steps[index].offset)
    }

    @inline(__always)
    func read<Value: BitwiseCopyable>(_ type: Value.Type, _ key: some CodingKey) throws -> Value {
        try find(ObjectIdentifier(type), key).place.loadUnaligned(as: type)
    }

    /// Reads a value for generic code, or a struct.
    func readAny<Value: Decodable>(_ type: Value.Type, _ key: some CodingKey) throws -> Value {
        let (index, place) = try find(ObjectIdentifier(type), key)
        guard let nested = nested[index] else {
            let bytes = UnsafeRawBufferPointer(start: place, count: layout.fields[index].size)
            return try ValueCoding.copy(type, from: bytes)
        }
        var value: Value?
        do throws(Detour) {
            try nested.decode(from: place, by: FieldDecoder(cursor: nested)) { value = try Value(from: $0) }
        } catch {
            switch error {
            case .needsEncoding: deviate()
            case .threw: hasThrown = true
            }
        }
        guard let value else { throw IrregularCoding() }
        return value
    }
}

/// A conformance wants what this coder does not have. Nobody sees it: the value is coded in another way then.
struct IrregularCoding: Error {}
