extension EncodingState {
    /// Writes a value of a known type.
    func write<T>(_ value: T, as type: KnownType) {
        /// Returns the value as the type that it is known to have.
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
        case .doubleArray: writeNumbers(known(as: [Double].self), type)
        case .floatArray: writeNumbers(known(as: [Float].self), type)
        case .intArray: writeNumbers(known(as: [Int].self), type)
        case .uint8Array: writeNumbers(known(as: [UInt8].self), type)
        case .int32Array: writeNumbers(known(as: [Int32].self), type)
        case .int64Array: writeNumbers(known(as: [Int64].self), type)
        case .uintArray: writeNumbers(known(as: [UInt].self), type)
        case .int8Array: writeNumbers(known(as: [Int8].self), type)
        case .int16Array: writeNumbers(known(as: [Int16].self), type)
        case .uint16Array: writeNumbers(known(as: [UInt16].self), type)
        case .uint32Array: writeNumbers(known(as: [UInt32].self), type)
        case .uint64Array: writeNumbers(known(as: [UInt64].self), type)
        case .int128: known(as: Int128.self).write(to: &output)
        case .uint128: known(as: UInt128.self).write(to: &output)
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

    /// Writes an array of numbers, or a reference to it if it travels out of band.
    private func writeNumbers<Element: NumberScalar>(_ elements: [Element], _ type: KnownType) {
        if let place = outOfBand?.add(elements, type) {
            output.writeReference(place)
        } else {
            output.writeTypedArray(elements)
        }
    }
}
