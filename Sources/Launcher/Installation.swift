internal import Glibc

/// The location of this program.
enum Installation {
    /// The directory that the project is installed in, which contains `bin`; nil if the program runs from elsewhere.
    static var prefix: String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        let parts = String(cString: path).split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "bin" else { return nil }
        return "/" + parts.dropLast(2).joined(separator: "/")
    }

    /// Returns an absolute path. Links are not followed.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
        defer { free(directory) }
        return String(cString: directory) + "/" + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }
}
