extension Reader {
    /// Reads a value of a known type.
    func read<T>(_ type: T.Type, as known: KnownType, at offset: inout Int) throws(CBORError) -> T {
        /// Returns the value as the type that it is known to have.
        func result<Known>(_ value: Known) -> T {
            unsafeBitCast(value, to: T.self)
        }
        switch known {
        case .string: return result(try String.read(from: self, at: &offset))
        case .bool: return result(try Bool.read(from: self, at: &offset))
        case .double: return result(try Double.read(from: self, at: &offset))
        case .float: return result(try Float.read(from: self, at: &offset))
        case .int: return result(try Int.read(from: self, at: &offset))
        case .uint8: return result(try UInt8.read(from: self, at: &offset))
        case .int32: return result(try Int32.read(from: self, at: &offset))
        case .int64: return result(try Int64.read(from: self, at: &offset))
        case .uint: return result(try UInt.read(from: self, at: &offset))
        case .int8: return result(try Int8.read(from: self, at: &offset))
        case .int16: return result(try Int16.read(from: self, at: &offset))
        case .uint16: return result(try UInt16.read(from: self, at: &offset))
        case .uint32: return result(try UInt32.read(from: self, at: &offset))
        case .uint64: return result(try UInt64.read(from: self, at: &offset))
        case .stringArray: return result(try elements(String.self, at: &offset))
        case .boolArray: return result(try elements(Bool.self, at: &offset))
        case .doubleArray: return result(try numbers(Double.self, at: &offset))
        case .floatArray: return result(try numbers(Float.self, at: &offset))
        case .intArray: return result(try numbers(Int.self, at: &offset))
        case .uint8Array: return result(try numbers(UInt8.self, at: &offset))
        case .int32Array: return result(try numbers(Int32.self, at: &offset))
        case .int64Array: return result(try numbers(Int64.self, at: &offset))
        case .uintArray: return result(try numbers(UInt.self, at: &offset))
        case .int8Array: return result(try numbers(Int8.self, at: &offset))
        case .int16Array: return result(try numbers(Int16.self, at: &offset))
        case .uint16Array: return result(try numbers(UInt16.self, at: &offset))
        case .uint32Array: return result(try numbers(UInt32.self, at: &offset))
        case .uint64Array: return result(try numbers(UInt64.self, at: &offset))
        case .int128: return result(try Int128.read(from: self, at: &offset))
        case .uint128: return result(try UInt128.read(from: self, at: &offset))
        case .float16, .float16Array:
            #if !(os(macOS) && arch(x86_64))
                guard known == .float16 else {
                    return result(try numbers(Float16.self, at: &offset))
                }
                return result(try Float16.read(from: self, at: &offset))
            #else
                preconditionFailure("there is no Float16 here")
            #endif
        }
    }
}
