internal import Launching
internal import Linux
internal import MPIBinding

/// Determines how many workers an executor starts.
package enum WorkerCount {
    /// Returns the number of threads: the requested number, or `MPIFUTURES_MAX_WORKERS`, or one for each core that this
    /// process may use.
    package static func ofThreads(_ asked: Int?) throws -> Int {
        try check(asked)
        return try asked ?? fromEnvironment() ?? usableCores
    }

    /// Returns the number of processes: the requested number, or `MPIFUTURES_MAX_WORKERS`, or the free places of MPI's
    /// universe, or the places of the batch system's allocation.
    static func ofProcesses(_ asked: Int?) throws -> Int {
        try check(asked)
        return try asked ?? fromEnvironment() ?? freePlaces ?? allocated ?? 1
    }

    static func check(_ asked: Int?) throws {
        guard let asked, asked <= 0 else { return }
        throw StartRefusal(.invalidArgument, "maxWorkers is \(asked), but must be at least 1")
    }

    /// The number of processes that the universe of this job can hold in addition to the job; nil without a universe or
    /// a free place.
    private static var freePlaces: Int? {
        get throws {
            // Without a process manager there is no universe, so MPI is not started.
            guard ProcessManager.isPresent else { return nil }
            try Runtime.shared.startMPI()
            guard let size = try MPI.universeSize else { return nil }
            let free = size - (try Communicator.world.size)
            return free > 0 ? free : nil
        }
    }

    /// The number of processes that `mpiexec` starts in this process's allocation unless it is told one; nil without an
    /// allocation, and in a rank, which has only a part of it.
    private static var allocated: Int? {
        guard !ProcessManager.isPresent else { return nil }
        return Allocation.slots {
            Environment.nonEmpty($0)
        } lines: { file in
            (try? HostList.text(of: file))?.split(whereSeparator: \.isNewline).map(String.init)
        }
    }

    private static func fromEnvironment() throws -> Int? {
        guard let text = Environment.nonEmpty("MPIFUTURES_MAX_WORKERS") else { return nil }
        guard let number = Int(text), number > 0 else {
            throw StartRefusal(
                .invalidArgument,
                "MPIFUTURES_MAX_WORKERS is '\(text)', but must be a number, at least 1"
            )
        }
        return number
    }

    private static var usableCores: Int {
        let count = Cores.usable.count
        return count > 0 ? count : Cores.onlineCount
    }
}
