internal import CLinux
internal import Glibc

/// How many workers an executor starts.
enum WorkerCount {
    /// The number asked for, or `MPIFUTURES_MAX_WORKERS`, or one for each core that this process may use.
    static func resolve(_ asked: Int?) throws -> Int {
        if let asked {
            guard asked > 0 else {
                throw ExecutorError(.invalidArgument, "maxWorkers is \(asked), and has to be 1 at least")
            }
            return asked
        }
        return try fromEnvironment() ?? usableCores
    }

    static func fromEnvironment() throws -> Int? {
        guard let value = getenv("MPIFUTURES_MAX_WORKERS") else { return nil }
        let text = String(cString: value)
        if text.isEmpty { return nil }
        guard let number = Int(text), number > 0 else {
            throw ExecutorError(
                .invalidArgument,
                "MPIFUTURES_MAX_WORKERS is '\(text)', and has to be a number, 1 at least"
            )
        }
        return number
    }

    private static var usableCores: Int {
        // As large as glibc's `cpu_set_t`: 1024 cores.
        var set = [UInt8](repeating: 0, count: 128)
        guard clinux_sched_getaffinity(0, set.count, &set) == 0 else {
            return max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        }
        return max(1, set.reduce(0) { $0 + $1.nonzeroBitCount })
    }
}
