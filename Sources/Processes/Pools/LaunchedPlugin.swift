/// The plugin that the launcher runs in this process, in a form that it can pass to workers.
///
/// Workers cannot use the launcher's own command line: it could name another file in their directory or with their
/// variables, and their arguments could look like options of the launcher.
package struct LaunchedPlugin: Sendable {
    /// The plugin's name as the user wrote it. The program finds it as its own name.
    package let name: String
    /// The absolute path of that file.
    package let path: String
    /// The arguments of the plugin's program.
    package let arguments: [String]
    /// The library that was unpacked from an archive or compiled from a script; nil if the plugin is a library itself.
    package var stagedLibrary: String?
    /// The identity of the library's build; empty before it is loaded.
    package var build = ""

    package init(name: String, path: String, arguments: [String]) {
        self.name = name
        self.path = path
        self.arguments = arguments
    }

    /// The launcher's option with which a worker's command line begins.
    package static let option = "--serve-plugin"

    /// Returns the arguments with which the launcher becomes a worker.
    ///
    /// - Parameter arguments: The arguments of the worker's program; nil for those of the master's.
    func commandLine(_ arguments: [String]?) -> [String] {
        [Self.option, name, path] + (arguments ?? self.arguments)
    }

    /// Parses what `commandLine` returns. Returns nil for another command line.
    package init?(commandLine words: some Collection<String>) {
        let words = Array(words)
        guard words.count >= 3, words[0] == Self.option else { return nil }
        self.init(name: words[1], path: words[2], arguments: Array(words[3...]))
    }
}
