internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding
internal import Worker

/// One line on standard error when a process is killed by a fault: which rank, which host, which callable.
///
/// A Swift trap cannot be caught, but it can be named. What the Swift runtime or the user has set up for crashes, a
/// backtrace for instance, follows it.
package enum CrashReport {
    private static let signals: [(number: Int32, name: StaticString)] = [
        (SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP"), (SIGABRT, "SIGABRT"), (SIGBUS, "SIGBUS"), (SIGFPE, "SIGFPE"),
        (SIGSEGV, "SIGSEGV"),
    ]

    /// What a handler needs, in memory that stays; set once, before any handler is installed.
    nonisolated(unsafe) private static var place = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    nonisolated(unsafe) private static var former = UnsafeMutableBufferPointer<sigaction>(start: nil, count: 0)
    nonisolated(unsafe) private static var leavesCore = false

    package static func install(rank: Int, worldSize: Int, host: String) {
        let text = Array("mpifutures: rank \(rank) of \(worldSize) on \(host) ".utf8)
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
        _ = memory.initialize(from: text)
        place = UnsafeBufferPointer(memory)
        former = .allocate(capacity: signals.count)
        former.initialize(repeating: sigaction())
        leavesCore = coreLimit > 0
        CurrentTask.prepare()
        // Made now: a signal handler must not be the first to make a static.
        _ = MPI.phase
        SignalStack.install()
        for (index, signal) in signals.enumerated() {
            // The default applies before the handler runs: the second fault of a process is not reported.
            former[index] = SignalAction.installOnce(signal.number) { number, info, context in
                CrashReport.report(number, info?.assumingMemoryBound(to: siginfo_t.self), context)
            }
        }
    }

    private static var coreLimit: rlim_t {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 ? limit.rlim_cur : 0
    }

    /// Runs in a signal handler: no allocation, no lock, `write` only.
    private static func report(
        _ number: Int32,
        _ info: UnsafeMutablePointer<siginfo_t>?,
        _ context: UnsafeMutableRawPointer?
    ) {
        put(place)
        put("was killed by ")
        var index = 0
        while index < signals.count, signals[index].number != number { index += 1 }
        put(signals[index].name)
        finish()
        callFormer(former[index], number, info, context)
        // Without a core to wait for, the job ends here, quietly: mpiexec would report a rank that is killed by a
        // signal at length, and on standard output, which is the user's program's.
        if !leavesCore, MPI.phase == .active {
            StandardStreams.drain()
            MPI.killJob(status: 128 + number)
        }
        // Returns to the instruction that failed, or to `abort`: again, and now by default.
        if let info, info.pointee.si_code <= 0 { raise(number) }
    }

    /// Calls the handler that was there before, with the signals blocked that it has asked for.
    ///
    /// The Swift runtime reads memory on a thread that it starts: wherever none is mapped, that thread is to get the
    /// signal again, and not to die of it together with the process, whose backtrace would then never end.
    private static func callFormer(
        _ former: sigaction,
        _ number: Int32,
        _ info: UnsafeMutablePointer<siginfo_t>?,
        _ context: UnsafeMutableRawPointer?
    ) {
        let isNone = unsafeBitCast(former.__sigaction_handler.sa_handler, to: UInt.self) <= 1
        guard !isNone else { return }
        var (blocked, unblocked, own) = (former.sa_mask, sigset_t(), sigset_t())
        sigemptyset(&unblocked)
        if former.sa_flags & SA_NODEFER != 0 { sigaddset(&unblocked, number) }
        pthread_sigmask(SIG_BLOCK, &blocked, &own)
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
        if former.sa_flags & SA_SIGINFO != 0 {
            former.__sigaction_handler.sa_sigaction(number, info, context)
        } else {
            former.__sigaction_handler.sa_handler(number)
        }
        pthread_sigmask(SIG_SETMASK, &own, nil)
    }

    /// The same line for another reason; not for signal handlers.
    package static func write(_ reason: String) {
        putPlace()
        var reason = reason
        reason.withUTF8 { put($0) }
        finish()
    }

    /// The same line for a call that was made, `name(status)` if it has a status, and what to do about it.
    static func write(
        _ reason: StaticString,
        _ name: UnsafePointer<CChar>? = nil,
        status: Int32 = -1,
        remedy: StaticString
    ) {
        putPlace()
        put(reason)
        if let name { put(name) }
        if status >= 0 {
            put("(")
            put(number: status)
            put(")")
        }
        finish(remedy)
    }

    private static func putPlace() {
        if place.isEmpty { put("mpifutures: this process ") } else { put(place) }
    }

    private static func finish(_ remedy: StaticString = "") {
        if let name = CurrentTask.name {
            put(" while running ")
            put(name)
        }
        put(remedy)
        put("\n")
    }

    private static func put(_ text: UnsafePointer<CChar>) {
        let start = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
        put(UnsafeBufferPointer(start: start, count: strlen(text)))
    }

    /// Without an array or a string, which need memory.
    private static func put(number: Int32) {
        if number >= 10 { put(number: number / 10) }
        var digit = UInt8(ascii: "0") + UInt8(number % 10)
        _ = Glibc.write(STDERR_FILENO, &digit, 1)
    }

    private static func put(_ text: StaticString) {
        put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
}
