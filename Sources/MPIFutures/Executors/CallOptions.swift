internal import Scheduling
internal import Waiting
internal import Wire

/// Options of a call, or of all calls of a map.
///
/// ```swift
/// let future = try executor.submit(Simulate(seed: 7), options: CallOptions(timeLimit: .seconds(60)))
/// ```
public struct CallOptions: Sendable {
    /// How long the call may take on its worker; nil for the executor's limit.
    ///
    /// A call that takes longer is ended, even in an endless loop and in C or Fortran. Its worker process gets SIGKILL,
    /// and so do all processes that the call has started and that have not left their process group. The call's future
    /// fails with a `RemoteError`, whose `end` is `timedOut`. A new process takes the worker's place, and all other
    /// calls have their results.
    ///
    /// The time is that of the call alone, without the time in queues. Limits are rounded up to three significant
    /// digits. Only isolated calls have limits: see `ExecutorOptions.isolation`.
    public var timeLimit: Duration?

    /// The time between SIGTERM, which a call may handle, and SIGKILL; nil for the executor's. With zero the worker gets
    /// SIGKILL at once.
    public var gracePeriod: Duration?

    /// The most memory that the worker may have while the call runs, in bytes; nil for the executor's limit.
    ///
    /// If the worker may make a control group, the limit holds for the memory in use of the call and of all processes
    /// that it starts, and the system kills them when they need more. Otherwise it is the limit `RLIMIT_DATA` of the
    /// worker process: heap, and memory that is mapped for writing, used or not. Code, files that are only read and
    /// shared memory do not count, and allocations beyond the limit fail. A call that ends because of it fails with a
    /// `RemoteError`, whose `end` is `outOfMemory`. Only isolated calls have limits: see `ExecutorOptions.isolation`.
    public var memoryLimit: Int?

    /// How often the call is made again if it fails; nil for the executor's policy.
    public var retries: RetryPolicy?

    /// Creates options. Omitted ones are those of the executor.
    public init(
        timeLimit: Duration? = nil,
        gracePeriod: Duration? = nil,
        memoryLimit: Int? = nil,
        retries: RetryPolicy? = nil
    ) {
        self.timeLimit = timeLimit
        self.gracePeriod = gracePeriod
        self.memoryLimit = memoryLimit
        self.retries = retries
    }
}

extension CallOptions {
    /// Returns the terms of a call.
    ///
    /// - Parameter standard: The executor's terms.
    /// - Throws: `ExecutorError` for a value out of its range.
    func terms(or standard: CallTerms) throws -> CallTerms {
        CallTerms(limit: try limit(or: standard.limit), rules: try retries?.rules ?? standard.rules)
    }

    /// Returns the limit of a call.
    ///
    /// - Parameter standard: The executor's limit.
    /// - Throws: `ExecutorError` for a limit that is not positive.
    private func limit(or standard: CallLimit) throws -> CallLimit {
        if let timeLimit, timeLimit <= .zero {
            throw ExecutorError(.invalidArgument, "timeLimit is \(timeLimit), but must be positive")
        }
        if let gracePeriod, gracePeriod < .zero {
            throw ExecutorError(.invalidArgument, "gracePeriod is \(gracePeriod), but must not be negative")
        }
        if let memoryLimit, memoryLimit <= 0 {
            throw ExecutorError(.invalidArgument, "memoryLimit is \(memoryLimit), but must be positive")
        }
        return CallLimit(
            time: timeLimit.map { Self.rounded($0) } ?? standard.time,
            grace: gracePeriod.map { Self.rounded($0) } ?? standard.grace,
            memory: memoryLimit.map { UInt64($0) } ?? standard.memory
        )
    }

    /// Returns nanoseconds, rounded up to three significant digits.
    ///
    /// A pool has a definition for each callable with each limit. So a program that computes its limits has few.
    private static func rounded(_ duration: Duration) -> UInt64 {
        let nanoseconds = max(duration > .zero ? 1 : 0, duration.wholeNanoseconds)
        var unit: UInt64 = 1
        while nanoseconds / unit >= 1000 { unit *= 10 }
        let (units, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit)
        let (product, overflow) = (rest == 0 ? units : units + 1).multipliedReportingOverflow(by: unit)
        return overflow ? .max : product
    }
}
