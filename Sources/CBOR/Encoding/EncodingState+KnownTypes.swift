extension EncodingState {
    /// Writes a value of a known type.
    func write<T>(_ value: T, as type: KnownType) {
        /// The value as what its type has been found to be.
        func known<Known>(as type: Known.Type) -> Known {
            unsafeBitCast(value, to: type)
        }
        switch type {
        case .string: known(as: String.self).write(to: &output)
        case .bool: known(as: Bool.self).write(to: &output)
        case .double: known(as: Double.self).write(to: &output)
        case .float: known(as: Float.self).write(to: &output)
        case .int: known(as: Int.self).write(to: &output)
        case .uint8: known(as: UInt8.self).write(to: &output)
        case .int32: known(as: Int32.self).write(to: &output)
        case .int64: known(as: Int64.self).write(to: &output)
        case .uint: known(as: UInt.self).write(to: &output)
        case .int8: known(as: Int8.self).write(to: &output)
        case .int16: known(as: Int16.self).write(to: &output)
        case .uint16: known(as: UInt16.self).write(to: &output)
        case .uint32: known(as: UInt32.self).write(to: &output)
        case .uint64: known(as: UInt64.self).write(to: &output)
        case .stringArray: output.writeArray(known(as: [String].self))
        case .boolArray: output.writeArray(known(as: [Bool].self))
        case .doubleArray: output.writeTypedArray(known(as: [Double].self))
        case .floatArray: output.writeTypedArray(known(as: [Float].self))
        case .intArray: output.writeTypedArray(known(as: [Int].self))
        case .uint8Array: output.writeTypedArray(known(as: [UInt8].self))
        case .int32Array: output.writeTypedArray(known(as: [Int32].self))
        case .int64Array: output.writeTypedArray(known(as: [Int64].self))
        case .uintArray: output.writeTypedArray(known(as: [UInt].self))
        case .int8Array: output.writeTypedArray(known(as: [Int8].self))
        case .int16Array: output.writeTypedArray(known(as: [Int16].self))
        case .uint16Array: output.writeTypedArray(known(as: [UInt16].self))
        case .uint32Array: output.writeTypedArray(known(as: [UInt32].self))
        case .uint64Array: output.writeTypedArray(known(as: [UInt64].self))
        case .float16, .float16Array:
            #if !(os(macOS) && arch(x86_64))
                if type == .float16 {
                    known(as: Float16.self).write(to: &output)
                } else {
                    output.writeTypedArray(known(as: [Float16].self))
                }
            #endif
        }
    }
}
