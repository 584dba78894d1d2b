internal import Wire

/// Protocol buffers, as <https://protobuf.dev/programming-guides/encoding/> describes their bytes.
extension FrameBuffer {
    /// Appends a field with a number.
    func append(_ field: Int, _ number: UInt64) {
        append(varint: UInt64(field << 3))
        append(varint: number)
    }

    /// Appends a field with a text.
    func append(_ field: Int, _ text: String) {
        append(varint: UInt64(field << 3 | 2))
        append(text: text)
    }

    /// Appends a field with a message, which `body` appends.
    func append(_ field: Int, _ body: () -> Void) {
        append(varint: UInt64(field << 3 | 2))
        let length = count
        append(byte: 0)
        body()
        setLength(at: length)
    }
}

/// The fields of one message of a protocol buffer, in their order.
struct ProtobufReader {
    /// The value of a field.
    enum Value {
        case number(UInt64)
        case bytes(UnsafeRawBufferPointer)
    }

    private var reader: FrameReader

    init(_ bytes: UnsafeRawBufferPointer) { reader = FrameReader(bytes) }

    /// The number of bytes that have been read.
    var offset: Int { reader.offset }

    /// Reads the next field; nil at the end.
    mutating func next() throws(WireError) -> (field: Int, value: Value)? {
        guard !reader.isAtEnd else { return nil }
        let start = reader.offset
        let tag = try reader.varint()
        let field = Int(truncatingIfNeeded: tag >> 3)
        switch tag & 7 {
        case 0: return (field, .number(try reader.varint()))
        case 1: return (field, .number(try reader.number(UInt64.self)))
        case 2: return (field, .bytes(try reader.block()))
        case 5: return (field, .number(UInt64(try reader.number(UInt32.self))))
        default: throw WireError("an unknown type of a field", offset: start)
        }
    }
}

extension ProtobufReader.Value {
    var number: UInt64 { if case .number(let number) = self { number } else { 0 } }

    var bytes: UnsafeRawBufferPointer {
        if case .bytes(let bytes) = self { bytes } else { UnsafeRawBufferPointer(start: nil, count: 0) }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}
