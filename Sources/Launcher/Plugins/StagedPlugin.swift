internal import CTasks
internal import Glibc
internal import MPIFutures
internal import PluginForms
internal import PluginLoading

/// A plugin whose library exists on this rank.
struct StagedPlugin {
    /// The program's name in its arguments: the path that the user wrote.
    let name: String
    let library: String
    /// The directory of the plugin's own files.
    let files: String
    /// Whether the library was unpacked, compiled or copied for this run.
    let isMade: Bool

    /// Makes a plugin that is used in place. Returns nil for other forms.
    init?(inPlace form: PluginForm) {
        isMade = false
        name = form.path
        switch form {
        case .library(let path):
            library = path
            files = absoluteDirectory(ofFile: path)
        case .directory(let path):
            library = "\(path)/\(PluginForm.mainLibrary)"
            files = absoluteDirectory(ofFile: library)
        case .archive, .script: return nil
        }
    }

    /// - Parameter library: The path of the compiled, unpacked or copied library.
    init(_ form: PluginForm, library: String) {
        name = form.path
        isMade = true
        self.library = library
        files = absoluteDirectory(ofFile: form.need == .compiling ? form.path : library)
    }

    /// Unpacks or compiles a plugin for this process alone.
    init(alone form: PluginForm) throws(PluginError) {
        if let inPlace = StagedPlugin(inPlace: form) {
            self = inPlace
            return
        }
        EarlySignals.install()
        self.init(form, library: try Self.makeLibrary(form))
    }

    /// Makes the library of an archive or a script. `LauncherExit` removes its temporary files.
    static func makeLibrary(_ form: PluginForm) throws(PluginError) -> String {
        switch form {
        case .library(let path), .directory(let path): return path
        case .archive(let path):
            let unpacked = try UnpackedPlugin(archive: path)
            LauncherExit.remove(unpacked.directory)
            return unpacked.library
        case .script(let path):
            let compiled = try CompiledScript(path: path)
            if let directory = compiled.directory { LauncherExit.remove(directory) }
            return compiled.library
        }
    }

    /// Loads the library, which must have a main function.
    func load() throws(PluginError) -> Plugin {
        let plugin = try loadLibrary()
        _ = try plugin.entryPoint
        TaskLibraries.add(plugin)
        return plugin
    }

    /// Loads the library, with or without a main function.
    func loadLibrary() throws(PluginError) -> Plugin {
        // The directory is set before the library's initialisers run.
        PluginDirectory.set(files)
        return try Plugin.load(path: library)
    }
}
