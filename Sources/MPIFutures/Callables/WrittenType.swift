/// Types as one writes them: `[UInt8]`, `Int?`, `[String: Double]`, and others without their module.
enum WrittenType {
    static func text(of type: Any.Type) -> String {
        (type as? any AbbreviatedType.Type)?.abbreviation ?? "\(type)"
    }
}

/// A type that has a short way of being written.
private protocol AbbreviatedType {
    static var abbreviation: String { get }
}

extension Optional: AbbreviatedType {
    fileprivate static var abbreviation: String { "\(WrittenType.text(of: Wrapped.self))?" }
}

extension Array: AbbreviatedType {
    fileprivate static var abbreviation: String { "[\(WrittenType.text(of: Element.self))]" }
}

extension Dictionary: AbbreviatedType {
    fileprivate static var abbreviation: String {
        "[\(WrittenType.text(of: Key.self)): \(WrittenType.text(of: Value.self))]"
    }
}
