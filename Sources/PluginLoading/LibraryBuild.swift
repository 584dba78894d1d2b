import Glibc
internal import Linux

/// One build of a library, and its path on the master.
///
/// It travels with the names of callables, so that a worker can load a library that it does not know yet. On the wire
/// it is two texts with a NUL between them.
package struct LibraryBuild: Hashable, Sendable {
    package let identity: ImageIdentity
    /// The path. Every host should have the file there, unless `MPIFUTURES_PATH` leads to another copy.
    package let path: String

    package init(identity: ImageIdentity, path: String) {
        self.identity = identity
        self.path = path
    }

    package init(_ plugin: Plugin) { self.init(identity: plugin.identity, path: plugin.path) }

    package var wireText: String { "\(identity)\0\(path)" }

    /// Reads the text of `wireText`. Returns nil for any other text.
    package init?(wireText text: some StringProtocol) {
        let parts = text.split(separator: "\0", omittingEmptySubsequences: false)
        guard parts.count == 2, let identity = ImageIdentity(parts[0]) else { return nil }
        self.init(identity: identity, path: String(parts[1]))
    }

    /// Loads the library. It is the first file of its name and build in some directories, or else the file at its path.
    ///
    /// - Parameter directories: The directories to search first; by default those of `MPIFUTURES_PATH`.
    /// - Throws: The errors of `Plugin.load`; `otherBuild` if there are only other builds.
    package func load(from directories: [String] = Self.searchPath) throws(PluginError) -> Plugin {
        var other: PluginError?
        for directory in directories {
            // Files that cannot be loaded are skipped, since programs of other machines may use the same directories.
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
        return PluginError(code: .otherBuild, path: file.path, problem: message)
    }

    /// The directories of `MPIFUTURES_PATH`.
    package static var searchPath: [String] { Environment.list("MPIFUTURES_PATH") }
}
