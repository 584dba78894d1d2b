package import PluginLoading

/// The name of a callable's type, together with the library that defines it.
///
/// A worker loads the library when it first meets the name, so calls may name new libraries at any time. In a
/// definition a NUL separates the name from the library.
package struct LibraryType: Hashable, Sendable {
    /// The name in the form of `TypeIdentity`.
    package let typeName: String
    /// The build of the library in the master.
    package let library: LibraryBuild

    package init(typeName: String, library: LibraryBuild) {
        self.typeName = typeName
        self.library = library
    }

    package var definitionName: String { "\(typeName)\0\(library.wireText)" }

    /// Parses a definition's name. Returns nil if it names no library.
    init?(definitionName: String) {
        guard let end = definitionName.firstIndex(of: "\0"),
            let library = LibraryBuild(wireText: definitionName[definitionName.index(after: end)...])
        else { return nil }
        self.init(typeName: String(definitionName[..<end]), library: library)
    }

    /// Returns the type from this process's copy of the library. Loads the library if necessary.
    ///
    /// - Throws: `PluginError` if the library cannot be loaded; `ExecutorError` if its build differs from the master's.
    func load() throws -> Any.Type? {
        do throws(PluginError) {
            _ = try library.load()
        } catch let error where error.code == .otherBuild {
            throw ExecutorError(.unknownCallable, error.message)
        }
        return TypeIdentity.type(named: typeName)
    }
}
