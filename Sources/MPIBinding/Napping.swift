internal import CLinux
internal import Glibc
internal import Linux

/// Naps of a thread inside blocking MPI calls, on a host with more ranks than cores.
///
/// MPICH never yields a core while a call blocks. With more ranks than cores that is the core which the awaited rank
/// needs, and each waits until the kernel takes the core away, for several milliseconds. A thread that naps gives the
/// core back much sooner.
enum Napping {
    /// How long a thread runs between two naps, and how long it naps, in microseconds.
    struct Pace {
        let interval: Int
        let length: Int

        /// For the start and the end of MPI, in which every rank has much to do besides waiting.
        static let startAndEnd = Pace(interval: 500, length: 500)
        /// For calls that make communicators, in which ranks do nothing but wait for one another.
        static let communicators = Pace(interval: 200, length: 200)
    }

    /// Runs a blocking MPI call, and has this thread nap meanwhile if the host has more ranks than cores.
    ///
    /// - Parameter others: The processes that the call itself starts, perhaps on this host.
    @inline(__always)
    static func during<Result>(_ pace: Pace, besides others: Int = 0, _ call: () -> Result) -> Result {
        guard let rankCount, rankCount + others > usableCoreCount else { return call() }
        var naps = clinux_naps()
        return withUnsafeMutablePointer(to: &naps) { naps in
            clinux_begin_naps(naps, pace.interval, pace.length)
            defer { clinux_end_naps(naps) }
            return call()
        }
    }

    /// The number of this job's ranks on this host, as far as the process manager has told; known before MPI starts.
    private static var rankCount: Int? { Environment.integer("MPI_LOCALNRANKS") }

    /// The number of cores that the ranks of this host share.
    ///
    /// A process manager may bind each rank to cores of its own. So the cores of the process that started this one count
    /// too.
    private static var usableCoreCount: Int { max(coreCount(ofProcess: 0), coreCount(ofProcess: getppid())) }

    private static func coreCount(ofProcess process: pid_t) -> Int {
        // As large as glibc's `cpu_set_t`: 1024 cores.
        var set = [UInt8](repeating: 0, count: 128)
        guard clinux_sched_getaffinity(process, set.count, &set) == 0 else { return .max }
        return set.reduce(0) { $0 + $1.nonzeroBitCount }
    }
}
