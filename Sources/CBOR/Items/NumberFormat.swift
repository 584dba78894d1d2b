/// The type of the numbers in an array whose type is known at run time only.
package enum NumberFormat: UInt8, CaseIterable, Sendable {
    case int8 = 1
    case int16, int32, int64, uint8, uint16, uint32, uint64, float, double

    /// The size of one number, in bytes.
    package var width: Int { type.width }

    var type: any NumberScalar.Type {
        switch self {
        case .int8: Int8.self
        case .int16: Int16.self
        case .int32: Int32.self
        case .int64: Int64.self
        case .uint8: UInt8.self
        case .uint16: UInt16.self
        case .uint32: UInt32.self
        case .uint64: UInt64.self
        case .float: Float.self
        case .double: Double.self
        }
    }

    /// The name of the type in messages, as in "must be …".
    package var description: String {
        switch self {
        case .float: "an array of numbers of type float"
        case .double: "an array of numbers of type double"
        default: "an array of integers of type \(self)"
        }
    }
}

extension NumberScalar {
    fileprivate static var width: Int { MemoryLayout<Self>.size }
}
