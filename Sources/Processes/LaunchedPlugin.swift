/// The plugin that the launcher runs in this process, as workers that are started for it are told of it.
///
/// They do not get the launcher's own command line once more: their directory and their variables may differ, by which it
/// would name another file, and their arguments may look like options of the launcher.
package struct LaunchedPlugin: Sendable {
    /// The plugin's name as its user has written it, which its program finds as its own.
    package let name: String
    /// An absolute path of the same file.
    package let path: String
    /// The arguments of its program.
    package let arguments: [String]

    package init(name: String, path: String, arguments: [String]) {
        self.name = name
        self.path = path
        self.arguments = arguments
    }

    /// The launcher's option that begins a worker's command line.
    package static let option = "--serve-plugin"

    /// The launcher's command line in a worker, without the launcher's name.
    ///
    /// - Parameter arguments: In place of the program's own; nil for those.
    func commandLine(_ arguments: [String]?) -> [String] {
        [Self.option, name, path] + (arguments ?? self.arguments)
    }

    /// Reads what `commandLine` has made; nil for another command line.
    package init?(commandLine words: some Collection<String>) {
        let words = Array(words)
        guard words.count >= 3, words[0] == Self.option else { return nil }
        self.init(name: words[1], path: words[2], arguments: Array(words[3...]))
    }
}
