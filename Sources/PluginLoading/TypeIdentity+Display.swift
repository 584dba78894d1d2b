/// A type that users know by another name than its declared one.
package protocol NamedForUsers {
    /// The name for messages.
    static var displayName: String { get }
}

extension TypeIdentity {
    /// Returns a type's name for messages, such as `julia.JuliaLine`.
    ///
    /// It is the declared name with the names of the module and of the types around it. What only tells private
    /// declarations apart is left out, so two types may have one display name.
    package static func displayName(of type: Any.Type) -> String {
        if let type = type as? any NamedForUsers.Type { return type.displayName }
        var name = _typeName(type, qualified: true)
        // "(unknown context at $7f1e…)." stands for a private scope or a function's body, "(extension in m):" for the
        // module of an extension.
        while let start = name.firstIndex(ofText: "(unknown context at $"), let end = name[start...].firstIndex(of: ")")
        {
            name.removeSubrange(start...end)
            if name[start...].first == "." { name.remove(at: start) }
        }
        while let start = name.firstIndex(ofText: "(extension in "), let end = name[start...].firstIndex(of: ":") {
            name.removeSubrange(start...end)
        }
        return name
    }

    /// Returns the name, for messages, of a type that this process may not have, by its name on the wire.
    package static func displayName(ofNamed name: String) -> String {
        // Names of reasonable types are short, and the runtime demangles long ones by recursion.
        guard name.utf8.count <= 256, name.utf8.allSatisfy(isSafe) else { return name }
        let symbol = "$s\(name)"
        let text = demangled(symbol)
        guard text != symbol else { return name }
        return (TypeIdentity.type(named: name) as? any NamedForUsers.Type)?.displayName ?? text
    }

    /// Returns the types of this process with a written name: `julia.JuliaLine`, `julia.Outer.Inner`, or the same
    /// without the module.
    ///
    /// There may be several: private types of several files, types of several modules. Generic types are not found.
    /// The caller keeps those that can do what it needs.
    package static func types(written name: String) -> [Any.Type] {
        TypeTable.all().flatMap { types(written: name, in: $0) }
    }

    fileprivate static func types(written name: String, in table: TypeTable) -> [Any.Type] {
        guard !name.isEmpty, name.utf8.count <= longestName else { return [] }
        let lastPart = name.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? name
        var types: [Any.Type] = []
        for index in 0..<table.count {
            guard let descriptor = table[index], descriptor.name == lastPart, let type = descriptor.type else {
                continue
            }
            let full = displayName(of: type)
            if full == name || full.drop(while: { $0 != "." }).dropFirst() == name { types.append(type) }
        }
        return types
    }
}

extension Plugin {
    /// Returns the types with a written name that this library itself declares.
    package func types(written name: String) -> [Any.Type] {
        TypeTable.ofImage(at: imageBase).map { TypeIdentity.types(written: name, in: $0) } ?? []
    }

    /// All types that this library declares except for generic ones, in the order of the linker.
    package var types: [Any.Type] {
        guard let table = TypeTable.ofImage(at: imageBase) else { return [] }
        return (0..<table.count).compactMap { table[$0]?.type }
    }
}

extension String {
    /// Returns the index of the first occurrence of a text.
    fileprivate func firstIndex(ofText text: String) -> Index? {
        indices.first { self[$0...].hasPrefix(text) }
    }
}
