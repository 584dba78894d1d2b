/// The stored properties of a type, from the records that the compiler leaves for `Mirror`.
struct StoredProperties {
    let properties: [(name: String, type: Any.Type)]

    /// Returns the number of stored properties, with or without recorded names.
    static func count(of type: Any.Type) -> Int { fieldCount(type) }

    init(of type: Any.Type) {
        properties = (0..<fieldCount(type)).compactMap { index in
            var field = Field()
            let type = fieldType(type, index, &field)
            guard let name = field.name else { return nil }
            defer { field.free?(name) }
            return (String(cString: name), type)
        }
    }
}

/// The runtime's record of a field (`_FieldReflectionMetadata` in the standard library).
private struct Field {
    var name: UnsafePointer<CChar>?
    var free: (@convention(c) (UnsafePointer<CChar>?) -> Void)?
    var isStrong = false
    var isVariable = false
}

// These entry points of the runtime are the ones that `Mirror` uses. The standard library's inlinable code shows them.

@_silgen_name("swift_reflectionMirror_recursiveCount")
private func fieldCount(_ type: Any.Type) -> Int

@_silgen_name("swift_reflectionMirror_recursiveChildMetadata")
private func fieldType(_ type: Any.Type, _ index: Int, _ field: UnsafeMutablePointer<Field>) -> Any.Type
