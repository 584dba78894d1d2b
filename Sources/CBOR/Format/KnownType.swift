/// A type whose values are read and written without `Codable`'s machinery: a scalar, or an array of scalars.
enum KnownType: UInt8 {
    case string, bool, double, float, int, uint8, int32, int64, uint, int8, int16, uint16, uint32, uint64
    case stringArray, boolArray, doubleArray, floatArray, intArray, uint8Array, int32Array, int64Array, uintArray,
        int8Array, int16Array, uint16Array, uint32Array, uint64Array
    case float16, float16Array
    case int128, uint128

    /// - Returns: `nil` if values of the type are read and written by `Codable`.
    @inline(__always)
    init?(_ type: Any.Type) {
        guard let known = KnownType.table[ObjectIdentifier(type)] else { return nil }
        self = known
    }

    private static let table = KnownTypeTable()

    fileprivate static var all: [(type: Any.Type, known: KnownType)] {
        var all: [(type: Any.Type, known: KnownType)] = [
            (String.self, .string), ([String].self, .stringArray),
            (Bool.self, .bool), ([Bool].self, .boolArray),
            (Double.self, .double), ([Double].self, .doubleArray),
            (Float.self, .float), ([Float].self, .floatArray),
            (Int.self, .int), ([Int].self, .intArray),
            (UInt8.self, .uint8), ([UInt8].self, .uint8Array),
            (Int32.self, .int32), ([Int32].self, .int32Array),
            (Int64.self, .int64), ([Int64].self, .int64Array),
            (UInt.self, .uint), ([UInt].self, .uintArray),
            (Int8.self, .int8), ([Int8].self, .int8Array),
            (Int16.self, .int16), ([Int16].self, .int16Array),
            (UInt16.self, .uint16), ([UInt16].self, .uint16Array),
            (UInt32.self, .uint32), ([UInt32].self, .uint32Array),
            (UInt64.self, .uint64), ([UInt64].self, .uint64Array),
            (Int128.self, .int128), (UInt128.self, .uint128),
        ]
        #if !(os(macOS) && arch(x86_64))
            all += [(Float16.self, .float16), ([Float16].self, .float16Array)]
        #endif
        return all
    }
}

/// Finds known types by their identity: a hash table with open addressing.
///
/// Every value in a user's type is looked up here first, so a miss must be cheap: usually one multiplication and one
/// comparison.
private struct KnownTypeTable {
    private let slots: [(type: ObjectIdentifier?, known: KnownType)]

    /// The table has 2^bits slots: a power of two, and four times the number of types.
    private static let bits = 7

    init() {
        var slots = [(type: ObjectIdentifier?, known: KnownType)](
            repeating: (nil, .string),
            count: 1 << KnownTypeTable.bits
        )
        for (type, known) in KnownType.all {
            var slot = KnownTypeTable.slot(of: ObjectIdentifier(type))
            while slots[slot].type != nil {
                slot = (slot + 1) % slots.count
            }
            slots[slot] = (ObjectIdentifier(type), known)
        }
        self.slots = slots
    }

    private static func slot(of type: ObjectIdentifier) -> Int {
        // Fibonacci hashing: the high bits of the product depend on all bits of the address.
        let hash = UInt64(UInt(bitPattern: type)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: hash &>> UInt64(64 &- bits))
    }

    subscript(type: ObjectIdentifier) -> KnownType? {
        var slot = KnownTypeTable.slot(of: type)
        while let candidate = slots[slot].type {
            if candidate == type { return slots[slot].known }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return nil
    }
}
