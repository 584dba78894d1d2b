internal import Scheduling
internal import Waiting

/// How often calls that fail are made again, for each way to fail.
///
/// ```swift
/// var options = ExecutorOptions()
/// options.retries = RetryPolicy(crashed: 2, thrown: 5, delay: .milliseconds(100))
/// ```
///
/// A call that is made again keeps its future, or its place in its map. Only the error of its last try is thrown. No
/// call is made again because another one has failed.
///
/// Calls that crash, exit, need too much memory or take too long are made again only if they are isolated: see
/// `ExecutorOptions.isolation`. Calls that throw are made again on all workers.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a call is made again after its worker was lost without any sign that the call was the cause: the
    /// process was killed by `SIGKILL`, `SIGTERM`, `SIGINT` or `SIGHUP`, or ended before the call began.
    public var workerLost: Int
    /// How often a call is made again after it has crashed its worker.
    public var crashed: Int
    /// How often a call is made again after it has ended its worker by `exit` or a similar function.
    public var exited: Int
    /// How often a call is made again after it needed more memory than there is, or than it may have.
    public var outOfMemory: Int
    /// How often a call is made again after it took longer than its time limit.
    public var timedOut: Int
    /// How often a call is made again after it has thrown an error.
    public var thrown: Int

    /// The wait before a call is made again for the first time.
    public var delay: Duration
    /// The factor by which each further wait is longer than the one before, at least 1.
    public var growth: Double
    /// The longest wait.
    public var longestDelay: Duration

    /// Creates a policy. By default only calls that have lost their worker are made again.
    public init(
        workerLost: Int = 3,
        crashed: Int = 0,
        exited: Int = 0,
        outOfMemory: Int = 0,
        timedOut: Int = 0,
        thrown: Int = 0,
        delay: Duration = .zero,
        growth: Double = 2,
        longestDelay: Duration = .seconds(3600)
    ) {
        self.workerLost = workerLost
        self.crashed = crashed
        self.exited = exited
        self.outOfMemory = outOfMemory
        self.timedOut = timedOut
        self.thrown = thrown
        self.delay = delay
        self.growth = growth
        self.longestDelay = longestDelay
    }

    /// Returns a policy by which a call is made again `count` times after failures of each kind.
    public static func all(_ count: Int) -> RetryPolicy {
        RetryPolicy(
            workerLost: count,
            crashed: count,
            exited: count,
            outOfMemory: count,
            timedOut: count,
            thrown: count
        )
    }

    /// The policy by which no call is made again.
    public static let none = RetryPolicy.all(0)
}

extension RetryPolicy {
    /// The policy in the form that the pool uses.
    ///
    /// - Throws: `ExecutorError` for a negative number, or a growth below 1.
    var rules: RetryRules {
        get throws {
            var rules = RetryRules()
            for failure in FailureClass.retried {
                let (name, count) = count(failure)
                guard count >= 0 else {
                    throw ExecutorError(.invalidArgument, "retries.\(name) is \(count), but must be at least 0")
                }
                rules.limits[failure] = count
            }
            for (name, wait) in [("delay", delay), ("longestDelay", longestDelay)] where wait < .zero {
                throw ExecutorError(.invalidArgument, "retries.\(name) is \(wait), but must not be negative")
            }
            guard growth >= 1, growth.isFinite else {
                throw ExecutorError(.invalidArgument, "retries.growth is \(growth), but must be at least 1")
            }
            rules.delay = delay.wholeNanoseconds
            rules.growth = growth
            rules.longestDelay = longestDelay.wholeNanoseconds
            return rules
        }
    }

    private func count(_ failure: FailureClass) -> (name: String, count: Int) {
        switch failure {
        case .workerLost: ("workerLost", workerLost)
        case .crashed: ("crashed", crashed)
        case .exited: ("exited", exited)
        case .outOfMemory: ("outOfMemory", outOfMemory)
        case .timedOut: ("timedOut", timedOut)
        case .thrown: ("thrown", thrown)
        case .notMade: ("notMade", 0)
        }
    }
}
