internal import CBOR

/// Encoded arguments, as far as they can be read.
package enum ArgumentText {
    /// The most bytes of arguments that a trace has of one call.
    package static let limit = 512

    package static func of(_ bytes: UnsafeRawBufferPointer, isCBOR: Bool) -> String {
        if isCBOR, let value = try? CBORValue(parsing: bytes) { return value.json }
        return printable(bytes)
    }

    /// Returns the bytes as text, in which each other byte is a `\x` with two digits.
    private static func printable(_ bytes: UnsafeRawBufferPointer) -> String {
        if let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.allSatisfy({ $0.value >= 32 }) {
            return text
        }
        var text = ""
        for byte in bytes {
            if (32..<127).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            }
        }
        return text
    }
}
