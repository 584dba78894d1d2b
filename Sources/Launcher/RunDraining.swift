internal import Glibc
internal import Linux
internal import MPIFutures
internal import Pool
internal import Processes
internal import Waiting

/// The end of a run before all of its calls were made: by a signal of the batch system, or before its time limit.
enum RunDraining {
    /// The status of a run that is to be started again: `EX_TEMPFAIL` of `sysexits.h`.
    static let status = 75

    /// How long before the end of the run the calls that still run are dropped, in seconds: the journal and the output
    /// have to be written.
    static let margin = 2.0

    /// How the end is known.
    struct Plan: Equatable {
        /// How long calls that run may take after SIGTERM, in seconds; nil if SIGTERM drops them.
        var grace: Double?
        /// The seconds until the end of the run; nil if that is not known.
        var timeLeft: Double?
    }

    private static let current = Locked(Plan())
    private static let end = Locked<Instant?>(nil)
    private static let hasBegun = Locked(false)

    static var grace: Double? { current.withLock { $0.grace } }
    /// When calls that still run are dropped; nil if the end of the run is not known.
    static var deadline: Instant? { end.withLock { $0 } }

    /// Takes the plan of the command line, of the environment and of Slurm.
    static func take(_ plan: Plan, grace: Double?) {
        var plan = plan
        plan.grace = plan.grace ?? grace
        if let seconds = plan.grace {
            Runtime.shared.setGrace(seconds)
            // The workers that this process starts have it too.
            setenv("MPIFUTURES_GRACE", "\(seconds)", 1)
        }
        current.withLock { $0 = plan }
    }

    /// Begins to watch the time, in the master.
    static func begin() {
        guard let left = current.withLock({ $0.timeLeft }) ?? timeLeftOfSlurm else { return }
        let last = Instant.after(.seconds(max(0, left - margin)))
        end.withLock { $0 = last }
        RunEnd.set(last) { expected, left in
            drain("\(shown(left)) are left, and the next call would take about \(shown(expected))", until: deadline)
        }
    }

    /// The seconds until the end of this job, as Slurm tells it; nil if it does not.
    private static var timeLeftOfSlurm: Double? {
        guard let end = Environment.nonEmpty("SLURM_JOB_END_TIME").flatMap(Double.init) else { return nil }
        return max(0, end - WallClock.seconds)
    }

    /// Lets no further call begin, and says why.
    static func drain(_ cause: String, until deadline: Instant?) {
        Runtime.shared.drain(until: deadline)
        let isFirst = hasBegun.withLock { hasBegun in
            defer { hasBegun = true }
            return !hasBegun
        }
        guard isFirst else { return }
        Log.write("mpifutures: no further calls begin: \(cause); start the run again for the others\n")
    }

    /// Returns the status of a run whose program has ended with `status`.
    static func status(after status: Int) -> Int {
        // Errors that leave a program because of missing calls give it 1. Any other status is the program's own word.
        (0...1).contains(status) && Runtime.shared.isDraining && RunEnd.hasRefused ? Self.status : status
    }

    private static func shown(_ seconds: Double) -> String { ProgressText.duration(seconds) }
}
