import Glibc

/// Finds the library of a module: `libjulia.so` for `julia`.
///
/// The directories given with `--path` come first, since whoever names a directory for this run means it; then the
/// current directory, then those of `MPIFUTURES_PATH`, then the installation's own.
package struct ModuleSearch: Hashable, Sendable {
    /// A directory, and what put it on the path, for the message of a miss.
    private struct Place: Hashable {
        let directory: String
        let origin: String?
    }

    private let places: [Place]

    /// - Parameters:
    ///   - paths: the directories of `--path`, in their order.
    ///   - environmentPath: the value of `MPIFUTURES_PATH`, directories separated by colons; empty ones mean nothing.
    ///   - prefix: the directory that the project is installed in; nil if it is not installed.
    package init(paths: [String], environmentPath: String?, prefix: String?) {
        var places = paths.map { Place(directory: $0, origin: "--path") }
        places.append(Place(directory: ".", origin: nil))
        for directory in (environmentPath ?? "").split(separator: ":") {
            places.append(Place(directory: String(directory), origin: "MPIFUTURES_PATH"))
        }
        if let prefix {
            places.append(Place(directory: "\(prefix)/lib/mpifutures", origin: nil))
        }
        self.places = places
    }

    /// The path of a module's library, with at least one slash.
    ///
    /// It is the first file of that name; whether it can be loaded is not looked at.
    ///
    /// - Throws: `badModuleName`, or `moduleNotFound` with every place that was looked at.
    package func locate(_ module: String) throws(PluginError) -> String {
        try checkName(module)
        let file = "lib\(module).so"
        for place in places {
            let path = place.directory.hasSuffix("/") ? place.directory + file : "\(place.directory)/\(file)"
            if isFile(path) { return path }
        }
        let looked = places.map { place in
            let directory = place.directory == "." ? "the current directory" : oneLine(place.directory)
            return place.origin.map { "\(directory) (\($0))" } ?? directory
        }
        var message = "no module \(quoted(module)): there is no \(oneLine(file)) in \(looked.joined(separator: ", "))"
        if !places.contains(where: { $0.origin != nil }) {
            message += "; name more directories with --path or MPIFUTURES_PATH"
        }
        throw PluginError(code: .moduleNotFound, path: module, message: message)
    }

    private func checkName(_ module: String) throws(PluginError) {
        let problem: String
        if module.isEmpty {
            problem = "the module's name is empty"
        } else if module.contains("/") {
            problem = "\(quoted(module)) is a path, not a module's name; give a path without -m"
        } else if module.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            problem = "\(quoted(module)) is not a module's name: it has control characters"
        } else {
            return
        }
        throw PluginError(code: .badModuleName, path: module, message: problem)
    }
}

/// Whether there is something other than a directory at a path, links followed.
private func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
}
