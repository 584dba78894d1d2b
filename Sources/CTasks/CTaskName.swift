package import PluginLoading

/// The name of a C task: the name of a function, and perhaps the library that has it.
///
/// On the wire the name is `c:square_root`. The build and the path of a library may follow, each behind a NUL. A worker
/// then loads the library when it first meets the name.
package struct CTaskName: Hashable, Sendable {
    package static let prefix = "c:"

    package let function: String
    /// The library; nil for the program's own plugin.
    package let library: LibraryBuild?

    /// - Throws: `CTaskError` if the function's name is not a C identifier, or is that of the program's `main`.
    package init(function: String, in plugin: Plugin? = nil) throws(CTaskError) {
        try self.init(function: function, in: plugin.map { LibraryBuild($0) })
    }

    package init(function: String, in library: LibraryBuild?) throws(CTaskError) {
        guard Self.isIdentifier(function) else { throw CTaskError("'\(function)' is not the name of a C function") }
        guard function != "main" else { throw CTaskError("'main' is the program, not a task") }
        self.function = function
        self.library = library
    }

    /// - Throws: `CTaskError` if the text is not the name of a C task.
    package init(wire name: String) throws(CTaskError) {
        guard name.hasPrefix(Self.prefix) else { throw CTaskError("'\(name)' is not the name of a C task") }
        let text = name.dropFirst(Self.prefix.count)
        if let end = text.firstIndex(of: "\0"), let library = LibraryBuild(wireText: text[text.index(after: end)...]) {
            try self.init(function: String(text[..<end]), in: library)
        } else {
            try self.init(function: String(text), in: LibraryBuild?.none)
        }
    }

    package var wireName: String {
        Self.prefix + function + (library.map { "\0\($0.wireText)" } ?? "")
    }

    private static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39 ~= first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
