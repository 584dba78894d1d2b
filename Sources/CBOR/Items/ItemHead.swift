/// Writes the heads of data items, for code that writes a message piece by piece.
///
/// Each function writes to memory with room for `longest` bytes, and returns the number of bytes written.
package enum ItemHead {
    package static let longest = 3 * Head.longest

    package static func integer(_ value: Int64, to target: UnsafeMutableRawPointer) -> Int {
        value < 0
            ? Head.store(.negative, UInt64(bitPattern: ~value), to: target)
            : Head.store(.unsigned, UInt64(value), to: target)
    }

    package static func real(_ value: Double, to target: UnsafeMutableRawPointer) -> Int {
        target.storeBytes(of: SimpleByte.double, as: UInt8.self)
        target.storeBytes(of: value.bitPattern.bigEndian, toByteOffset: 1, as: UInt64.self)
        return 9
    }

    package static func bool(_ value: Bool, to target: UnsafeMutableRawPointer) -> Int {
        target.storeBytes(of: value ? SimpleByte.true : SimpleByte.false, as: UInt8.self)
        return 1
    }

    package static func null(to target: UnsafeMutableRawPointer) -> Int {
        target.storeBytes(of: SimpleByte.null, as: UInt8.self)
        return 1
    }

    package static func text(count: Int, to target: UnsafeMutableRawPointer) -> Int {
        Head.store(.text, UInt64(count), to: target)
    }

    package static func bytes(count: Int, to target: UnsafeMutableRawPointer) -> Int {
        Head.store(.bytes, UInt64(count), to: target)
    }

    package static func array(count: Int, to target: UnsafeMutableRawPointer) -> Int {
        Head.store(.array, UInt64(count), to: target)
    }

    package static func map(count: Int, to target: UnsafeMutableRawPointer) -> Int {
        Head.store(.map, UInt64(count), to: target)
    }

    /// Writes the head of a typed array (of bytes without a tag), so long that the numbers behind it are aligned.
    ///
    /// The shortest form of a head is preferred but not required (RFC 8949, section 4.1). Longer forms of the tag and
    /// of the length give the room for the alignment. If they do not suffice, the self-described tag (section 3.4.6)
    /// precedes them.
    ///
    /// - Parameter offset: The future offset of `target` from an aligned address.
    package static func numbers(
        _ format: NumberFormat,
        count: Int,
        to target: UnsafeMutableRawPointer,
        at offset: Int
    ) -> Int {
        let size = UInt64(count * format.width)
        guard format != .uint8 else { return bytes(count: Int(size), to: target) }
        let shortestLength = Head.store(.bytes, size, to: target)
        for prefixWidth in [nil, 2, 4, 8] {
            for tagWidth in [1, 2, 4, 8] {
                for lengthWidth in [0, 1, 2, 4, 8] where lengthWidth + 1 >= shortestLength {
                    let longer = prefixWidth.map { 1 + $0 } ?? 0
                    let end = offset + longer + 2 + tagWidth + lengthWidth
                    guard end.isMultiple(of: format.width) else { continue }
                    var next = target
                    if let prefixWidth { next += store(.tag, selfDescribed, width: prefixWidth, to: next) }
                    next += store(.tag, format.tag.number, width: tagWidth, to: next)
                    next += store(.bytes, size, width: lengthWidth, to: next)
                    return next - target
                }
            }
        }
        preconditionFailure("no heads make room for numbers of \(format.width) bytes")
    }

    private static let selfDescribed: UInt64 = 55799

    /// Writes a head whose argument takes `width` bytes.
    private static func store(
        _ major: MajorType,
        _ argument: UInt64,
        width: Int,
        to target: UnsafeMutableRawPointer
    ) -> Int {
        guard width > 0 else { return Head.store(major, argument, to: target) }
        let info = UInt8(24 + width.trailingZeroBitCount)
        target.storeBytes(of: major.rawValue &<< 5 | info, as: UInt8.self)
        for place in 0..<width {
            let byte = UInt8(truncatingIfNeeded: argument >> UInt64(8 * (width - 1 - place)))
            target.storeBytes(of: byte, toByteOffset: 1 + place, as: UInt8.self)
        }
        return 1 + width
    }
}
