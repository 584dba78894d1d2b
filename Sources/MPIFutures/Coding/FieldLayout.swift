/// The stored properties of a trivial struct whose properties are numbers, truth values and such structs.
final class FieldLayout: Sendable {
    struct Field: Sendable {
        let name: String
        let type: any (Codable & Sendable).Type
        let identity: ObjectIdentifier
        let offset: Int
        let size: Int
        /// What a struct consists of; nil for a number or a truth value, and for a type that is `BitwiseCodable`.
        let nested: FieldLayout?
        /// Where the bytes of a value lie in it that mean something: not those between its properties.
        let parts: [Range<Int>]
    }

    let fields: [Field]

    /// The layout of a type without properties.
    static let none: FieldLayout? = FieldLayout(fields: [])

    private init(fields: [Field]) { self.fields = fields }

    /// Nil if the type is something else.
    init?(of type: Any.Type) {
        guard Self.isStruct(type) else { return nil }
        let properties = StoredProperties(of: type).properties
        guard properties.count == StoredProperties.count(of: type) else { return nil }
        var fields: [Field] = []
        var end = 0
        for (name, type) in properties {
            guard let type = type as? any (Codable & Sendable).Type,
                let field = Self.field(name, type, after: end)
            else { return nil }
            end = field.offset + field.size
            fields.append(field)
        }
        self.fields = fields
    }

    private static func field<T: Codable & Sendable>(_ name: String, _ type: T.Type, after end: Int) -> Field? {
        guard _isPOD(type) else { return nil }
        let layout = isPlain(type) ? nil : FieldLayout(of: type)
        guard isBitwiseCodable(type) || layout != nil else { return nil }
        // Where a property lies by the rules of Swift. If a type is laid out by other rules, its values do not lie
        // there, which `FieldCursor` sees.
        let alignment = MemoryLayout<T>.alignment
        return Field(
            name: name,
            type: type,
            identity: ObjectIdentifier(type),
            offset: (end + alignment - 1) / alignment * alignment,
            size: MemoryLayout<T>.size,
            nested: isBitwiseCodable(type) ? nil : layout,
            parts: layout?.parts ?? [0..<MemoryLayout<T>.size]
        )
    }

    private var parts: [Range<Int>] {
        fields.flatMap { field in field.parts.map { $0.lowerBound + field.offset..<$0.upperBound + field.offset } }
    }

    private static func isStruct(_ type: Any.Type) -> Bool {
        // The first word of a type's metadata is its kind, 0x200 for a struct; the library ABI fixes it.
        unsafeBitCast(type, to: UnsafePointer<Int>.self).pointee == 0x200
    }
}
