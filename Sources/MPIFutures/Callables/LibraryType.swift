package import PluginLoading

/// The name of a callable's type together with the library that holds it.
///
/// A worker that does not know the library yet loads it when it meets the name: so calls of a stream may name a library
/// at any time. In a definition it is written as three texts with a NUL between them, which no name has inside.
package struct LibraryType: Hashable, Sendable {
    /// As `TypeIdentity` writes it.
    package let typeName: String
    /// The build that the master has.
    package let identity: ImageIdentity
    /// Where the master found the library; the same file is expected there on every host.
    package let path: String

    package init(typeName: String, identity: ImageIdentity, path: String) {
        self.typeName = typeName
        self.identity = identity
        self.path = path
    }

    package var definitionName: String { "\(typeName)\0\(identity)\0\(path)" }

    /// Takes a definition's name apart; nil if it names no library.
    init?(definitionName: String) {
        let parts = definitionName.split(separator: "\0", omittingEmptySubsequences: false)
        guard parts.count == 3, let identity = ImageIdentity(String(parts[1])) else { return nil }
        self.init(typeName: String(parts[0]), identity: identity, path: String(parts[2]))
    }

    /// The type, from this process's copy of the library, which is loaded if need be.
    ///
    /// - Throws: `PluginError` if it cannot be loaded; `ExecutorError` if it is another build than the master's.
    func load() throws -> Any.Type? {
        let plugin = try PluginLoading.Plugin.load(path: path)
        guard plugin.identity == identity else {
            throw ExecutorError(
                .unknownCallable,
                "'\(path)' is another build (\(plugin.identity)) than the master's (\(identity)); "
                    + "copy the same file to all hosts"
            )
        }
        return TypeIdentity.type(named: typeName)
    }
}
