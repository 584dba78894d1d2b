internal import CLinux
internal import PluginLoading

/// The launcher as a worker that loads no program, `mpifutures --serve`. Only executors start it.
package enum LauncherProgram {
    package static let serveOption = "--serve"

    /// The path of the launcher that belongs to this process's library, or else a name to look up in PATH.
    static var path: String {
        guard let library = LoadedImage.pathOfRuntime else { return name }
        let directory = absoluteDirectory(ofFile: library)
        // A build has the launcher beside the library. An installation has it in `bin`, and has a directory of that
        // name beside the library.
        return ["\(directory)/\(name)", "\(directory)/../bin/\(name)"]
            .first { clinux_check_executable($0) == 0 } ?? name
    }

    private static let name = "mpifutures"

    /// Serves until the process ends if the process was started for that. Otherwise returns.
    ///
    /// - Parameters:
    ///   - arguments: The command line that the process shows, with the program's name first.
    ///   - language: The language of the calls.
    package static func serve(arguments: [String], _ language: any CallLanguage) {
        _ = Plugin.show(arguments: arguments)
        WorkerRole.take(language)
    }
}
