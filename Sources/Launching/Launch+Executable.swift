internal import CLinux
internal import Glibc
internal import Linux

extension Launch {
    /// Throws if the workers' program cannot be run. Otherwise the process manager would end the whole job for it.
    func checkIsExecutable() throws(LaunchError) {
        // The workers run on other hosts, whose files this process cannot see.
        guard info["host"] == nil, info["hosts"] == nil, info["hostfile"] == nil else { return }
        guard executable.contains("/") else {
            let paths = Environment.list("PATH").lazy.map { "\($0)/\(executable)" }
            if paths.contains(where: { clinux_check_executable($0) == 0 }) { return }
            throw LaunchError("cannot run '\(executable)' as worker: it is not in PATH; give its path")
        }
        let isRelative = !executable.hasPrefix("/")
        let path = isRelative ? "\(directory ?? ".")/\(executable)" : executable
        guard clinux_check_executable(path) == 0 else {
            throw LaunchError("cannot run '\(executable)' as worker", cause: .last)
        }
    }
}
