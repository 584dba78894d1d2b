internal import Glibc
package import PluginLoading

/// The content of an archive, in a temporary directory of this process.
package struct UnpackedPlugin: Sendable {
    package let directory: PrivateDirectory

    /// The path of its library `__main__.so`.
    package var library: String { "\(directory.path)/\(PluginForm.mainLibrary)" }

    /// Unpacks an archive. Leaves nothing behind if that fails.
    ///
    /// - Throws: The errors of `Extraction.unpack`, `notStaged`, or `noMain` for an archive without `__main__.so`.
    package init(archive: String) throws(PluginError) {
        directory = try PrivateDirectory()
        do throws(PluginError) {
            try Extraction.unpack(archive, to: directory.path)
            guard access(library, F_OK) == 0 else {
                let reason = "it is an archive without a library \(PluginForm.mainLibrary) at its top"
                throw PluginError.cannotLoad(archive, .noMain, reason)
            }
        } catch {
            directory.remove()
            throw error
        }
    }
}
