package import PluginLoading

/// The name of a callable's type together with the library that holds it.
///
/// A worker that does not know the library yet loads it when it meets the name: so calls may name a library at any time.
/// In a definition the name stands before the library, with a NUL between them.
package struct LibraryType: Hashable, Sendable {
    /// As `TypeIdentity` writes it.
    package let typeName: String
    /// The build that the master has.
    package let library: LibraryBuild

    package init(typeName: String, library: LibraryBuild) {
        self.typeName = typeName
        self.library = library
    }

    package var definitionName: String { "\(typeName)\0\(library.wireText)" }

    /// Takes a definition's name apart; nil if it names no library.
    init?(definitionName: String) {
        guard let end = definitionName.firstIndex(of: "\0"),
            let library = LibraryBuild(wireText: definitionName[definitionName.index(after: end)...])
        else { return nil }
        self.init(typeName: String(definitionName[..<end]), library: library)
    }

    /// The type, from this process's copy of the library, which is loaded if need be.
    ///
    /// - Throws: `PluginError` if it cannot be loaded; `ExecutorError` if it is another build than the master's.
    func load() throws -> Any.Type? {
        do throws(PluginError) {
            _ = try library.load()
        } catch let error where error.code == .otherBuild {
            throw ExecutorError(.unknownCallable, error.message)
        }
        return TypeIdentity.type(named: typeName)
    }
}
