internal import Glibc

extension Launch {
    /// Throws if the workers' program cannot be run. The process manager would end the whole job for it.
    func checkIsExecutable() throws(LaunchError) {
        // On other hosts there may be other files.
        guard info["host"] == nil, info["hosts"] == nil, info["hostfile"] == nil else { return }
        guard executable.contains("/") else {
            let places = getenv("PATH").map { String(cString: $0) } ?? ""
            if places.split(separator: ":").contains(where: { access("\($0)/\(executable)", X_OK) == 0 }) { return }
            throw LaunchError("cannot run '\(executable)' as worker: it is not in PATH")
        }
        let isRelative = !executable.hasPrefix("/")
        let path = isRelative ? "\(directory ?? ".")/\(executable)" : executable
        guard access(path, X_OK) == 0 else {
            throw LaunchError("cannot run '\(executable)' as worker: \(String(cString: strerror(errno)))")
        }
    }
}
