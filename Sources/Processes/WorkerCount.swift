internal import CLinux
internal import Glibc
internal import Linux
internal import MPIBinding

/// How many workers an executor starts.
package enum WorkerCount {
    /// The number of threads: that asked for, or `MPIFUTURES_MAX_WORKERS`, or one for each core that this process may
    /// use.
    package static func ofThreads(_ asked: Int?) throws -> Int {
        try check(asked)
        return try asked ?? fromEnvironment() ?? usableCores
    }

    /// The number of processes: that asked for, or `MPIFUTURES_MAX_WORKERS`, or what MPI's universe has room for.
    static func ofProcesses(_ asked: Int?) throws -> Int {
        try check(asked)
        return try asked ?? fromEnvironment() ?? max(1, freePlaces)
    }

    static func check(_ asked: Int?) throws {
        guard let asked, asked <= 0 else { return }
        throw StartRefusal(.invalidArgument, "maxWorkers is \(asked), and has to be 1 at least")
    }

    /// How many processes the universe of this job has room for beside the job; 0 without one.
    private static var freePlaces: Int {
        get throws {
            // Without a process manager there is no universe, and MPI need not be started.
            guard ProcessManager.isPresent else { return 0 }
            try Runtime.shared.startMPI()
            guard let size = try MPI.universeSize else { return 0 }
            return size - (try Communicator.world.size)
        }
    }

    private static func fromEnvironment() throws -> Int? {
        guard let text = Environment.nonEmpty("MPIFUTURES_MAX_WORKERS") else { return nil }
        guard let number = Int(text), number > 0 else {
            throw StartRefusal(
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
