import Glibc
internal import Linux

/// One build of a library, and where the master has it.
///
/// It travels with the names of callables, so that a worker which does not know the library yet can load it. On the wire
/// it is two texts with a NUL between them, which neither has inside.
package struct LibraryBuild: Hashable, Sendable {
    package let identity: ImageIdentity
    /// The same file is expected there on every host, unless `MPIFUTURES_PATH` leads to another copy.
    package let path: String

    package init(identity: ImageIdentity, path: String) {
        self.identity = identity
        self.path = path
    }

    package init(_ plugin: Plugin) { self.init(identity: plugin.identity, path: plugin.path) }

    package var wireText: String { "\(identity)\0\(path)" }

    /// Reads what `wireText` writes; nil for anything else.
    package init?(wireText text: some StringProtocol) {
        let parts = text.split(separator: "\0", omittingEmptySubsequences: false)
        guard parts.count == 2, let identity = ImageIdentity(parts[0]) else { return nil }
        self.init(identity: identity, path: String(parts[1]))
    }

    /// Loads the library: the first file of its name in some directories that is this build, or else the file at its path.
    ///
    /// - Parameter directories: Those of `MPIFUTURES_PATH`, if none are given.
    /// - Throws: What `Plugin.load` throws; `otherBuild` if there are only others.
    package func load(from directories: [String] = Self.searchPath) throws(PluginError) -> Plugin {
        var other: PluginError?
        for directory in directories {
            // What cannot be loaded is passed over: the same directories are given to programs of other machines.
            guard let file = try? ELFImage(path: "\(directory)/\(baseName(path))") else { continue }
            if file.identity == identity { return try Plugin.load(path: file.path) }
            other = other ?? otherBuild(file)
        }
        do throws(PluginError) {
            let file = try ELFImage(path: path)
            guard file.identity == identity else { throw otherBuild(file) }
            return try Plugin.load(path: path)
        } catch {
            throw error.code == .missing ? other ?? error : error
        }
    }

    private func otherBuild(_ file: ELFImage) -> PluginError {
        let message =
            "\(quoted(file.path)) is another build (\(file.identity)) than the master's (\(identity)); "
            + "copy the same file to all hosts"
        return PluginError(code: .otherBuild, path: file.path, message: message)
    }

    /// The directories of `MPIFUTURES_PATH`.
    package static var searchPath: [String] { Environment.list("MPIFUTURES_PATH") }
}
