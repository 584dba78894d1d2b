/// Lossless conversions between the widths of binary floating-point numbers.
///
/// They work on bit patterns. The processor's conversions make signalling NaNs quiet, but a value must keep its NaN.
enum FloatBits {
    /// Returns the double-precision number that equals a half-precision one.
    static func double(half: UInt16) -> Double {
        let sign = UInt64(half & 0x8000) << 48
        let exponent = UInt64(half >> 10) & 0x1F
        let fraction = UInt64(half & 0x3FF)
        switch exponent {
        case 0:
            // Subnormal, or zero: exactly fraction x 2^-24.
            return Double(bitPattern: (Double(fraction) * 0x1p-24).bitPattern | sign)
        case 0x1F:
            return Double(bitPattern: sign | 0x7FF0_0000_0000_0000 | fraction << 42)
        default:
            return Double(bitPattern: sign | (exponent + 1023 - 15) << 52 | fraction << 42)
        }
    }

    /// Returns the double-precision number that equals a single-precision one.
    static func double(single: UInt32) -> Double {
        let number = Float(bitPattern: single)
        guard number.isNaN else { return Double(number) }
        let sign = UInt64(single & 0x8000_0000) << 32
        return Double(bitPattern: sign | 0x7FF0_0000_0000_0000 | UInt64(single & 0x7F_FFFF) << 29)
    }

    /// Returns the half-precision number that equals a double-precision one, if there is one.
    static func half(exactly number: Double) -> UInt16? {
        let bits = number.bitPattern
        let sign = UInt16(truncatingIfNeeded: bits >> 48) & 0x8000
        let fraction = bits & 0xF_FFFF_FFFF_FFFF
        let exponent = Int(bits >> 52 & 0x7FF) - 1023
        switch exponent {
        case -1023 where fraction == 0:
            return sign
        case 1024 where fraction.trailingZeroBitCount >= 42:
            return sign | 0x7C00 | UInt16(truncatingIfNeeded: fraction >> 42)
        case -14...15 where fraction.trailingZeroBitCount >= 42:
            return sign | UInt16(exponent + 15) << 10 | UInt16(truncatingIfNeeded: fraction >> 42)
        case -24 ... -15:
            let significand = fraction | 1 << 52
            let shift = 28 - exponent
            guard significand.trailingZeroBitCount >= shift else { return nil }
            return sign | UInt16(truncatingIfNeeded: significand >> UInt64(shift))
        default:
            return nil
        }
    }

    /// Returns the single-precision number that equals a double-precision one, if there is one.
    static func single(exactly number: Double) -> UInt32? {
        guard number.isNaN else {
            let narrow = Float(number)
            return Double(narrow) == number ? narrow.bitPattern : nil
        }
        let bits = number.bitPattern
        guard bits & 0x1FFF_FFFF == 0 else { return nil }
        let sign = UInt32(truncatingIfNeeded: bits >> 32) & 0x8000_0000
        return sign | 0x7F80_0000 | UInt32(truncatingIfNeeded: bits >> 29) & 0x7F_FFFF
    }
}
