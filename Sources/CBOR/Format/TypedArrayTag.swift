/// A tag that tells the type of the numbers in a byte string (RFC 8746, section 2).
struct TypedArrayTag {
    enum Element {
        case unsigned, signed, float
    }

    let element: Element

    /// The size of one element in bytes: 1, 2, 4, 8 or 16.
    let width: Int

    let isLittleEndian: Bool

    /// - Returns: `nil` if the tag number is not that of a typed array.
    init?(_ tag: UInt64) {
        // The tag 76 would mean the same as 72, and is reserved.
        guard 64...87 ~= tag, tag != 76 else { return nil }
        let exponent = Int(tag & 3)
        isLittleEndian = tag & 4 != 0
        if tag & 16 != 0 {
            element = .float
            width = 2 << exponent
        } else {
            element = tag & 8 != 0 ? .signed : .unsigned
            width = 1 << exponent
        }
    }

    init(element: Element, width: Int, isLittleEndian: Bool) {
        self.element = element
        self.width = width
        self.isLittleEndian = isLittleEndian
    }

    /// The tag's number, 0b010_fsell in the RFC's notation.
    var number: UInt64 {
        let order: UInt64 = isLittleEndian && width > 1 ? 4 : 0
        return switch element {
        case .unsigned: 64 | order | UInt64(width.trailingZeroBitCount)
        case .signed: 72 | order | UInt64(width.trailingZeroBitCount)
        case .float: 80 | order | UInt64(width.trailingZeroBitCount - 1)
        }
    }

    /// Whether the machine keeps numbers of more than one byte in little-endian order.
    static var machineIsLittleEndian: Bool { 1.littleEndian == 1 }
}
