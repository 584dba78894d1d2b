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

    enum Need: UInt8 { case unpacking = 1, compiling }
}
