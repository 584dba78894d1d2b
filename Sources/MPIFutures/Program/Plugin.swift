internal import PluginLoading

/// The plugin that this process runs: the library with the program and its calls.
public enum Plugin {
    /// The directory of the plugin's own files, as an absolute path.
    ///
    /// It is the directory that holds the library; that of `__main__.so`, for a plugin that is a directory or an
    /// archive; and for a `.swift` file the directory of that file. An archive is unpacked once on each host, into a
    /// temporary directory that goes away when the last process there has ended, so the path differs from host to host:
    /// ask for it where it is needed, also inside of calls, and do not send it.
    ///
    /// Where calls stand on the command line, in the place of a plugin, it is that of the first library that they name.
    /// In a program that is no plugin it is the directory of the executable.
    ///
    /// The launcher also puts it into the environment, as `MPIFUTURES_PLUGIN_DIRECTORY`.
    public static var directory: String { PluginDirectory.current }
}
