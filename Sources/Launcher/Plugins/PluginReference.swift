internal import Glibc
internal import Linux
internal import PluginLoading
internal import PluginForms

/// The way in which the command line names a plugin.
enum PluginReference: Equatable {
    case path(String)
    /// A module named by `-m`, and the directories of `--path`.
    case module(String, paths: [String])

    /// Finds the plugin on this rank.
    func form() throws(PluginError) -> PluginForm {
        switch self {
        case .path(let path): return try .of(path: path)
        case .module(let module, let paths):
            let search = ModuleSearch(
                paths: paths,
                environmentPath: Environment["MPIFUTURES_PATH"],
                prefix: Installation.prefix
            )
            return .library(path: try search.locate(module))
        }
    }

    /// Returns the plugin if this host does not have it, and nil if it does. Rank 0 may send it.
    ///
    /// - Parameter found: The outcome of `form()`.
    func missing(_ found: Result<PluginForm?, PluginError>) -> PluginForm? {
        switch (self, found) {
        case (_, .success(let form?)): form.isMissing ? form : nil
        case (.module(let name, _), .failure(let error)) where error.code == .moduleNotFound:
            .library(path: ModuleSearch.fileName(of: name))
        default: nil
        }
    }

    /// Identifies what the command line names, whether this host has it or not, in a few bytes.
    var identity: String {
        var hash = ContentHash()
        switch self {
        case .path(let path): hash.update(Installation.absolute(path).utf8)
        case .module(let name, let paths):
            for text in [name] + paths.map(Installation.absolute) { hash.update("-m \(text)\0".utf8) }
        }
        return "\(ImageIdentity(bytes: hash.bytes))"
    }
}

extension PluginForm {
    /// The step that makes the library; nil if the library exists.
    var need: Need? {
        switch self {
        case .library, .directory: nil
        case .archive: .unpacking
        case .script: .compiling
        }
    }

    /// The steps before a rank can load a plugin. Ranks on hosts without the plugin get it from rank 0.
    enum Need: UInt8 { case unpacking = 1, compiling, fetching }

    /// Whether the plugin is a directory of files, when it is in place or unpacked.
    var isTree: Bool {
        switch self {
        case .library, .script: false
        case .directory, .archive: true
        }
    }

    /// Whether there is nothing at the path of the plugin on this host. Scripts are compiled on rank 0 anyway.
    fileprivate var isMissing: Bool {
        guard case .library(let path) = self else { return false }
        var status = stat()
        return stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }
}
