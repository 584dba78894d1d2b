internal import CBOR
internal import Wire

/// How results of one type are written as text.
struct ResultForm<Output: Codable & Sendable>: Sendable {
    /// Whether a result is bytes or text already.
    var isRaw: Bool { Output.self == [UInt8].self || Output.self == String.self }

    func appendJSON(_ bytes: UnsafeRawBufferPointer, _ status: ResultStatus, to text: inout [UInt8]) throws {
        switch status {
        case .cborValue, .failedValue: text.append(contentsOf: try CBORValue(parsing: bytes).json.utf8)
        case .trivialValue: try appendDecoded(bytes, .trivial, to: &text)
        case .plannedValue: try appendDecoded(bytes, .planned, to: &text)
        default: throw try RemoteError(cbor: bytes)
        }
    }

    func appendRaw(_ bytes: UnsafeRawBufferPointer, _ status: ResultStatus, to output: inout [UInt8]) throws {
        if status.isFailure { throw try RemoteError(cbor: bytes) }
        switch try ValueCoding.decode(Output.self, status == .plannedValue ? .planned : .cbor, from: bytes) {
        case let content as [UInt8]: output.append(contentsOf: content)
        case let content as String: output.append(contentsOf: content.utf8)
        case let other: throw ExecutorError(.undecodableResult, "a result of type \(type(of: other)) is not bytes")
        }
    }

    private func appendDecoded(
        _ bytes: UnsafeRawBufferPointer,
        _ encoding: ValueEncoding,
        to text: inout [UInt8]
    ) throws {
        let value = try ValueCoding.decode(Output.self, encoding, from: bytes)
        switch value {
        // The most frequent ones need no detour.
        case let number as Int: text.appendDecimal(number)
        case is NoResult: text.append(contentsOf: "null".utf8)
        default: text.append(contentsOf: try CBORValue(parsing: CBOREncoder().encode(value)).json.utf8)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func appendDecimal(_ number: Int) {
        var rest = number.magnitude
        if number < 0 { append(UInt8(ascii: "-")) }
        let start = count
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            append(UInt8(ascii: "0") + UInt8(digit))
            rest = quotient
        } while rest > 0
        self[start...].reverse()
    }
}
