import CBOR

/// The bytes that pairs of hexadecimal digits stand for; spaces are ignored.
func bytes(_ digits: String) -> [UInt8] {
    let digits = digits.filter { $0 != " " }.map { UInt8($0.hexDigitValue ?? 0) }
    precondition(digits.count.isMultiple(of: 2))
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
