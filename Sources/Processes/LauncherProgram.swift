internal import CLinux
internal import PluginLoading

/// The launcher as a worker that loads no program: `mpifutures --serve`, which nobody but an executor starts.
package enum LauncherProgram {
    package static let serveOption = "--serve"

    /// The launcher that belongs to the library in this process; else a name to look up in PATH.
    static var path: String {
        guard let library = LoadedImage.pathOfRuntime else { return name }
        let directory = absoluteDirectory(ofFile: library)
        // Beside the library in a build, and where `make install` puts it. An installation has a directory of that name
        // beside the library.
        return ["\(directory)/\(name)", "\(directory)/../bin/\(name)"]
            .first { clinux_check_executable($0) == 0 } ?? name
    }

    private static let name = "mpifutures"

    /// Serves to the end of the process, if it was started for that; else comes back.
    ///
    /// - Parameters:
    ///   - arguments: What the process shows as its command line, the program's name first.
    ///   - language: The language of the calls.
    package static func serve(arguments: [String], _ language: any CallLanguage) {
        _ = Plugin.show(arguments: arguments)
        WorkerRole.take(language)
    }
}
