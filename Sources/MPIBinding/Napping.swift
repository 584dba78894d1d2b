internal import CLinux
internal import Glibc
internal import Linux

/// Makes a thread nap inside blocking MPI calls, on a host with more ranks than cores.
///
/// MPICH never yields its core while a call blocks. With more ranks than cores, the awaited rank needs that core, and
/// waits until the kernel preempts the blocked thread after several milliseconds. A thread that naps gives the core
/// back much sooner.
enum Napping {
    /// The time that a thread runs between two naps, and the length of a nap, in microseconds.
    struct Pace {
        let interval: Int
        let length: Int

        /// The pace for the start and the end of MPI, during which every rank has much to do besides waiting.
        static let startAndEnd = Pace(interval: 500, length: 500)
        /// The pace for calls that make communicators, during which ranks only wait for one another.
        static let communicators = Pace(interval: 200, length: 200)
    }

    /// Runs a blocking MPI call. This thread naps meanwhile if the host has more ranks than cores.
    ///
    /// - Parameter others: The number of processes that the call itself starts, perhaps on this host.
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

    /// The number of this job's ranks on this host, according to the process manager. It is known before MPI starts.
    private static var rankCount: Int? { Environment.integer("MPI_LOCALNRANKS") }

    /// The number of cores that the ranks of this host share.
    ///
    /// A process manager may bind each rank to its own cores, so the cores of the process that started this one count,
    /// too.
    private static var usableCoreCount: Int { max(coreCount(ofProcess: 0), coreCount(ofProcess: getppid())) }

    private static func coreCount(ofProcess process: pid_t) -> Int {
        // The size is that of glibc's `cpu_set_t`: 1024 cores.
        var set = [UInt8](repeating: 0, count: 128)
        guard clinux_sched_getaffinity(process, set.count, &set) == 0 else { return .max }
        return set.reduce(0) { $0 + $1.nonzeroBitCount }
    }
}
