internal import CBOR

/// The bytes of a trivial struct, to be decoded by way of the encoding that they stand for.
struct EncodedFields: Encodable {
    private let layout: FieldLayout
    private let bytes: UnsafeRawBufferPointer

    init(_ layout: FieldLayout, _ bytes: UnsafeRawBufferPointer) {
        self.layout = layout
        self.bytes = bytes
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try CBORDecoder().decode(type, from: CBOREncoder().encode(self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        for field in layout.fields {
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[field.offset..<field.offset + field.size])
            let name = FieldName(stringValue: field.name)
            if let nested = field.nested {
                try container.encode(EncodedFields(nested, bytes), forKey: name)
            } else {
                try encode(field.type, bytes, name, in: &container)
            }
        }
    }

    private func encode<Value: Codable>(
        _ type: Value.Type,
        _ bytes: UnsafeRawBufferPointer,
        _ name: FieldName,
        in container: inout KeyedEncodingContainer<FieldName>
    ) throws {
        try container.encode(ValueCoding.copy(type, from: bytes), forKey: name)
    }
}

private struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
