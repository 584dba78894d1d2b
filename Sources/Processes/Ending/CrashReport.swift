internal import CLinux
internal import Glibc
package import Identities
internal import Launching
internal import Linux
internal import MPIBinding
internal import Worker

/// Writes one line to standard error when a fault kills the process. The line names the rank, the host and the
/// callable.
///
/// A Swift trap cannot be caught, but it can be reported. Crash handlers of the Swift runtime or the user run
/// afterwards, and may print a backtrace.
package enum CrashReport {
    private static let signals: [(number: Int32, name: StaticString)] = [
        (SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP"), (SIGABRT, "SIGABRT"), (SIGBUS, "SIGBUS"), (SIGFPE, "SIGFPE"),
        (SIGSEGV, "SIGSEGV"),
    ]

    /// The text that a handler needs, in memory that is never freed. It is set once, before any handler is installed.
    nonisolated(unsafe) private static var place = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    nonisolated(unsafe) private static var former = UnsafeMutableBufferPointer<sigaction>(start: nil, count: 0)
    nonisolated(unsafe) private static var leavesCore = false

    package static func install(rank: Rank, worldSize: Int, host: String) {
        let text = Array("mpifutures: rank \(rank) of \(worldSize) on \(host) ".utf8)
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
        _ = memory.initialize(from: text)
        place = UnsafeBufferPointer(memory)
        former = .allocate(capacity: signals.count)
        former.initialize(repeating: sigaction())
        leavesCore = coreLimit > 0
        CurrentTask.prepare()
        // The state is made now, because a signal handler must not be the first to initialise a static.
        _ = MPI.phase
        SignalStack.install()
        for (index, signal) in signals.enumerated() {
            // The default action is restored before the handler runs, so a second fault is not reported.
            former[index] = SignalAction.installOnce(signal.number) { number, info, context in
                CrashReport.report(number, info?.assumingMemoryBound(to: siginfo_t.self), context)
            }
        }
    }

    private static var coreLimit: rlim_t {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 ? limit.rlim_cur : 0
    }

    /// Writes the line. Runs in a signal handler, so it neither allocates nor locks, and uses `write` only.
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
        finish(number == SIGILL || number == SIGTRAP ? ": a trap of the Swift runtime, or an illegal instruction" : "")
        clinux_write_last_output()
        callFormer(former[index], number, info, context)
        // If no core file is written, the job ends here. Otherwise mpiexec would report the killed rank in many lines,
        // on standard output, which belongs to the user's program.
        if !leavesCore, MPI.phase == .active {
            StandardStreams.drain()
            MPI.killJob(status: 128 + number)
        }
        // The faulting instruction runs again after the return, now with the default action. A signal that was sent is
        // sent again.
        if let info, info.pointee.si_code <= 0 { raise(number) }
    }

    /// Calls the handler that was installed before, with the signals blocked that it asked for.
    ///
    /// The Swift runtime probes memory on a thread that it starts. That thread gets the signal again wherever no memory
    /// is mapped. It must not kill the process, or the backtrace would never end.
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

    /// Writes the line for another reason. Not for signal handlers.
    package static func write(_ reason: String) {
        putPlace()
        var reason = reason
        reason.withUTF8 { put($0) }
        finish()
    }

    /// Writes the line for a function that was called, as `name(status)` if it has a status, with the remedy.
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

    /// Writes a number without an array or a string, which would allocate.
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
