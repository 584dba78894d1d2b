/// Unsigned numbers in LEB128: base 128, low groups first, with the high bit set in all bytes but the last.
enum Varint {
    static let longest = 10

    /// Stores a number at a place with room for `longest` bytes. Returns the place behind it.
    @inline(__always)
    static func store(_ number: UInt64, at place: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var (rest, end) = (number, place)
        while rest >= 0x80 {
            end.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
            end += 1
            rest >>= 7
        }
        end.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        return end + 1
    }
}
