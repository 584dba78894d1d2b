/// The eight kinds of data item (RFC 8949, section 3.1).
enum MajorType: UInt8 {
    case unsigned, negative, bytes, text, array, map, tag, simple
}

/// The head of a data item: its initial byte and the argument that follows it (RFC 8949, section 3).
struct Head {
    let major: MajorType

    /// The low five bits of the initial byte, which tell how the argument was written.
    let info: UInt8

    /// The argument; 0 when the length is indefinite.
    let argument: UInt64

    /// The offset of the first byte after the head.
    let next: Int

    /// Whether the item is a string, an array or a map without a stated length, or the "break" that ends one.
    @inline(__always)
    var isIndefinite: Bool { info == Head.indefinite }

    var isBreak: Bool { major == .simple && isIndefinite }

    static let indefinite: UInt8 = 31
    static let breakByte: UInt8 = 0xFF

    /// The most bytes that a head takes.
    static let longest = 9

    /// Writes the shortest head for an argument.
    ///
    /// - Returns: the number of bytes written, at most `longest`.
    @inline(__always)
    static func store(_ major: MajorType, _ argument: UInt64, to target: UnsafeMutableRawPointer) -> Int {
        let high = major.rawValue &<< 5
        if argument < 24 {
            target.storeBytes(of: high | UInt8(truncatingIfNeeded: argument), as: UInt8.self)
            return 1
        }
        if argument <= 0xFF {
            target.storeBytes(of: high | 24, as: UInt8.self)
            target.storeBytes(of: UInt8(truncatingIfNeeded: argument), toByteOffset: 1, as: UInt8.self)
            return 2
        }
        if argument <= 0xFFFF {
            target.storeBytes(of: high | 25, as: UInt8.self)
            target.storeBytes(of: UInt16(truncatingIfNeeded: argument).bigEndian, toByteOffset: 1, as: UInt16.self)
            return 3
        }
        if argument <= 0xFFFF_FFFF {
            target.storeBytes(of: high | 26, as: UInt8.self)
            target.storeBytes(of: UInt32(truncatingIfNeeded: argument).bigEndian, toByteOffset: 1, as: UInt32.self)
            return 5
        }
        target.storeBytes(of: high | 27, as: UInt8.self)
        target.storeBytes(of: argument.bigEndian, toByteOffset: 1, as: UInt64.self)
        return 9
    }
}

/// Initial bytes of the simple values and floating-point numbers (RFC 8949, section 3.3).
enum SimpleByte {
    static let `false`: UInt8 = 0xF4
    static let `true`: UInt8 = 0xF5
    static let null: UInt8 = 0xF6
    static let undefined: UInt8 = 0xF7
    static let half: UInt8 = 0xF9
    static let single: UInt8 = 0xFA
    static let double: UInt8 = 0xFB
}
