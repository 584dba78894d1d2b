@_spi(Reflection) internal import Swift

/// The runtime's description of a type, as far as the library ABI of Swift fixes it.
struct Metadata {
    enum Kind: Int {
        case structure = 0x200
        case enumeration = 0x201
        case optional = 0x202
        case tuple = 0x301
    }

    private let address: UnsafeRawPointer
    private let type: Any.Type

    init(_ type: Any.Type) {
        self.type = type
        address = unsafeBitCast(type, to: UnsafeRawPointer.self)
    }

    /// The kind of the type; nil for classes, functions and whatever else has no plan.
    var kind: Kind? { Kind(rawValue: address.load(as: Int.self)) }

    var witnesses: ValueWitnesses {
        ValueWitnesses(table: address.load(fromByteOffset: -8, as: UnsafeRawPointer.self), metadata: address)
    }

    /// The nominal type's descriptor, which all generic instances share.
    private var descriptor: UnsafeRawPointer { address.load(fromByteOffset: 8, as: UnsafeRawPointer.self) }

    private func target(ofRelativePointerAt place: UnsafeRawPointer) -> UnsafeRawPointer? {
        let distance = place.load(as: Int32.self)
        return distance == 0 ? nil : place + Int(distance)
    }

    /// The records of the fields or cases; nil if the program was compiled without them.
    private var records: (count: Int, first: UnsafeRawPointer)? {
        guard let fields = target(ofRelativePointerAt: descriptor + 16),
            fields.load(fromByteOffset: 10, as: UInt16.self) == Self.recordSize
        else { return nil }
        return (Int(fields.load(fromByteOffset: 12, as: UInt32.self)), fields + 16)
    }

    private static let recordSize = 12
}

// MARK: - Structs

extension Metadata {
    /// The number of stored properties according to the descriptor of a struct.
    private var fieldCount: Int { Int(descriptor.load(fromByteOffset: 20, as: UInt32.self)) }

    /// The stored properties of a struct or the elements of a tuple. Returns nil if the records are incomplete.
    var fields: [Field]? {
        var fields: [Field] = []
        let isComplete = _forEachField(of: type, options: _EachFieldOptions(rawValue: 0)) { _, offset, type, _ in
            fields.append(Field(type: type, offset: offset))
            return true
        }
        guard isComplete else { return nil }
        if kind == .structure, records?.count != fieldCount || fields.count != fieldCount { return nil }
        return fields
    }
}

/// A stored property of a struct, or an element of a tuple.
struct Field {
    let type: Any.Type
    let offset: Int
}

// MARK: - Enums

/// A case of an enum.
struct EnumCase {
    /// The type of its payload, which is a tuple if there are several values; nil without one.
    let payload: Any.Type?
    /// Whether the payload is in a box of its own.
    let isIndirect: Bool
}

extension Metadata {
    /// The cases of an enum in the order of their tags. Returns nil if the records are incomplete.
    var cases: [EnumCase]? {
        guard let (count, first) = records else { return nil }
        let payloadCount = Int(descriptor.load(fromByteOffset: 20, as: UInt32.self) & 0xFF_FFFF)
        let emptyCount = Int(descriptor.load(fromByteOffset: 24, as: UInt32.self))
        guard count == payloadCount + emptyCount else { return nil }
        var cases: [EnumCase] = []
        for index in 0..<count {
            let record = first + index * Self.recordSize
            let isIndirect = record.load(as: UInt32.self) & 1 != 0
            guard let name = target(ofRelativePointerAt: record + 4) else {
                // The cases with payloads come first.
                guard index >= payloadCount else { return nil }
                cases.append(EnumCase(payload: nil, isIndirect: false))
                continue
            }
            // The runtime counts a payload without bytes sometimes as one, and sometimes as none.
            guard index < payloadCount, let payload = type(mangledName: name), Metadata(payload).witnesses.size > 0
            else { return nil }
            cases.append(EnumCase(payload: payload, isIndirect: isIndirect))
        }
        return cases
    }

    private func type(mangledName name: UnsafeRawPointer) -> Any.Type? {
        // In a mangled name some bytes announce a reference, of four or of eight bytes.
        var length = 0
        while true {
            switch name.load(fromByteOffset: length, as: UInt8.self) {
            case 0:
                return _getTypeByMangledNameInContext(
                    name.assumingMemoryBound(to: UInt8.self),
                    UInt(length),
                    genericContext: descriptor,
                    genericArguments: address + 16
                )
            case 0x01...0x17: length += 5
            case 0x18...0x1F: length += 9
            default: length += 1
            }
        }
    }
}
