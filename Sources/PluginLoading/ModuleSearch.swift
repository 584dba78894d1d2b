import Glibc

/// Finds the library of a module: `libjulia.so` for `julia`.
///
/// The directories of `--path` come first, since they are chosen for this run. The current directory, the directories
/// of `MPIFUTURES_PATH` and that of the installation follow.
package struct ModuleSearch: Hashable, Sendable {
    /// A directory, and the reason why it is searched, for the message of a miss.
    private struct Place: Hashable {
        let directory: String
        let origin: String?
    }

    private let places: [Place]

    /// - Parameters:
    ///   - paths: The directories of `--path`, in their order.
    ///   - environmentPath: The value of `MPIFUTURES_PATH`: directories separated by colons. Empty ones are ignored.
    ///   - prefix: The directory of the installation; nil if the project is not installed.
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

    /// Returns the path of a module's library, with at least one slash.
    ///
    /// It is the first file of that name. The function does not check whether it can be loaded.
    ///
    /// - Throws: `badModuleName`, or `moduleNotFound` with every place that was searched.
    package func locate(_ module: String) throws(PluginError) -> String {
        try checkName(module)
        let file = Self.fileName(of: module)
        for place in places {
            let path = place.directory.hasSuffix("/") ? place.directory + file : "\(place.directory)/\(file)"
            if isFile(path) { return path }
        }
        let looked = places.map { place in
            let directory = place.directory == "." ? "the current directory" : oneLine(place.directory)
            return place.origin.map { "\(directory) (\($0))" } ?? directory
        }
        var message = "no module \(quoted(module)): there is no \(oneLine(file)) in \(looked.joined(separator: ", "))"
        let short = String(module.dropFirst(3))
        if module.hasPrefix("lib"), (try? locate(short)) != nil {
            message += "; the module of \(oneLine(module)).so is called \(quoted(short))"
        } else if !places.contains(where: { $0.origin != nil }) {
            message += "; name more directories with --path or MPIFUTURES_PATH"
        }
        throw PluginError(code: .moduleNotFound, path: module, problem: message)
    }

    /// Returns the name of a module's library.
    package static func fileName(of module: String) -> String { "lib\(module).so" }

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
        throw PluginError(code: .badModuleName, path: module, problem: problem)
    }
}

/// Returns whether a path leads to something other than a directory. Links are followed.
private func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
}
