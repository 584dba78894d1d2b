import CLinux
import Glibc
import Linux
import Support
import Synchronization
import Testing
import Waiting

@Suite("A thread that naps", .serialized, .hangGuarded)
struct NapTests {
    @Test("A thread that naps gives its core back time and again, and no longer when the naps have ended")
    func naps() throws {
        let result = Locked<(during: Int, after: Int)>((0, 0))
        try Linux.Thread(name: "napper") {
            let during = napping { timesThatThisThreadGaveItsCoreBack(untilAtLeast: 20) }
            let after = leastTimesThatThisThreadGaveItsCoreBack()
            result.withLock { $0 = (during, after) }
        }.join()
        let (during, after) = result.withLock { $0 }
        #expect(during >= 20)
        #expect(after == 0)
    }

    @Test("A thread that naps naps alone: other threads go on")
    func others() throws {
        let other = Locked(-1)
        let (begun, isOver) = (Parker(), Parker())
        let napper = try Linux.Thread(name: "napper") {
            napping {
                _ = timesThatThisThreadGaveItsCoreBack(untilAtLeast: 5)
                begun.unpark()
                _ = timesThatThisThreadGaveItsCoreBack(untilAtLeast: 20)
                _ = isOver.park(until: nil)
            }
        }
        try Linux.Thread(name: "other") {
            _ = begun.park(until: nil)
            let count = leastTimesThatThisThreadGaveItsCoreBack()
            other.withLock { $0 = count }
            isOver.unpark()
        }.join()
        napper.join()
        #expect(other.withLock { $0 } == 0)
    }

    @Test("A thread that naps may do so while others begin and end at any time")
    func many() throws {
        let least = Locked(Int.max)
        try race(4) { _ in
            for _ in 0..<20 {
                let count = napping { timesThatThisThreadGaveItsCoreBack(untilAtLeast: 3) }
                least.withLock { $0 = min($0, count) }
            }
        }
        #expect(least.withLock { $0 } >= 3)
        #expect(handledSignals() == [])
    }

    @Test("A thread that naps leaves the program's own signals and timers alone")
    func ownTimer() throws {
        try Linux.Thread(name: "napper") {
            // The one that would be taken first.
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in ticks.add(1, ordering: .relaxed) }
            action.sa_flags = SA_RESTART
            let number = __libc_current_sigrtmax()
            sigaction(number, &action, nil)
            var event = sigevent()
            event.sigev_signo = number
            // Threads of the tests may block all signals.
            var (own, mask) = (sigset_t(), sigset_t())
            sigemptyset(&own)
            sigaddset(&own, number)
            pthread_sigmask(SIG_UNBLOCK, &own, &mask)
            var timer: timer_t?
            #expect(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
            // Interval and first expiry of `itimerspec`, each in seconds and nanoseconds. Which module the structure's
            // members belong to depends on what the compiler has seen first.
            let setting = [0, 1_000_000, 0, 1_000_000]
            setting.withUnsafeBytes { bytes in
                _ = bytes.baseAddress.map { timer_settime(timer, 0, $0.assumingMemoryBound(to: itimerspec.self), nil) }
            }
            napping {
                let before = ticks.load(ordering: .relaxed)
                while ticks.load(ordering: .relaxed) < before + 5 {}
                _ = timesThatThisThreadGaveItsCoreBack(untilAtLeast: 5)
                #expect(handledSignals().count == 2, "the program's signal and another one")
            }
            let before = ticks.load(ordering: .relaxed)
            while ticks.load(ordering: .relaxed) < before + 5 {}
            timer_delete(timer)
            #expect(handledSignals() == [number])
            action.__sigaction_handler.sa_handler = SIG_DFL
            sigaction(number, &action, nil)
        }.join()
    }

    @Test("A thread that naps leaves errors and system calls alone that a nap interrupts")
    func systemCalls() throws {
        let bytes = Locked(0)
        try Linux.Thread(name: "napper") {
            var ends: [CInt] = [0, 0]
            #expect(clinux_pipe(&ends) == 0)
            let writing = ends[1]
            let writer = try? Linux.Thread(name: "writer") {
                usleep(20_000)
                write(writing, "x", 1)
            }
            napping {
                var byte: UInt8 = 0
                let count = read(ends[0], &byte, 1)
                bytes.withLock { $0 = count }
                errno = EDOM
                _ = timesThatThisThreadGaveItsCoreBack(untilAtLeast: 5)
                #expect(errno == EDOM)
            }
            writer?.join()
            for end in ends { close(end) }
        }.join()
        #expect(bytes.withLock { $0 } == 1)
    }

    @Test("A thread naps even if it blocks all signals, and they stay blocked")
    func blocked() throws {
        let isBlocked = Locked(false)
        try Linux.Thread(name: "napper") {
            var (all, now) = (sigset_t(), sigset_t())
            sigfillset(&all)
            pthread_sigmask(SIG_SETMASK, &all, nil)
            _ = napping { timesThatThisThreadGaveItsCoreBack(untilAtLeast: 5) }
            pthread_sigmask(SIG_SETMASK, nil, &now)
            let areBlocked = realTimeSignals.allSatisfy { sigismember(&now, $0) == 1 }
            isBlocked.withLock { $0 = areBlocked }
        }.join()
        #expect(isBlocked.withLock { $0 })
        #expect(handledSignals() == [])
    }
}

private let ticks = Atomic(0)

private func napping<Result>(_ body: () -> Result) -> Result {
    var naps = clinux_naps()
    return withUnsafeMutablePointer(to: &naps) { naps in
        clinux_begin_naps(naps, 200, 200)
        defer { clinux_end_naps(naps) }
        return body()
    }
}

/// Computes until this thread has slept so often since the call; returns how often it has.
private func timesThatThisThreadGaveItsCoreBack(untilAtLeast count: Int) -> Int {
    let before = sleepCount()
    while sleepCount() < before + count {}
    return sleepCount() - before
}

/// Computes for so long, in time of the core; returns how often this thread has slept meanwhile.
private func timesThatThisThreadGaveItsCoreBack(duringMilliseconds length: Int) -> Int {
    let before = sleepCount()
    let end = coreTime() + length * 1_000_000
    while coreTime() < end {}
    return sleepCount() - before
}

/// Computes several times; returns how often this thread has slept meanwhile, in the time with the fewest sleeps.
///
/// A thread that does not nap may still sleep now and then, for a page of memory on a busy machine. A thread that naps does
/// so each time.
private func leastTimesThatThisThreadGaveItsCoreBack() -> Int {
    var least = Int.max
    for _ in 0..<50 where least > 0 {
        least = min(least, timesThatThisThreadGaveItsCoreBack(duringMilliseconds: 20))
    }
    return least
}

/// How often this thread has given up its core of its own accord.
private func sleepCount() -> Int {
    var usage = rusage()
    // `RUSAGE_THREAD`, which Swift does not see.
    getrusage(__rusage_who_t(1), &usage)
    return usage.ru_nvcsw
}

private func coreTime() -> Int {
    // The seconds and nanoseconds of `timespec`; see above.
    var time = [0, 0]
    time.withUnsafeMutableBytes { bytes in
        _ = bytes.baseAddress.map { clock_gettime(CLOCK_THREAD_CPUTIME_ID, $0.assumingMemoryBound(to: timespec.self)) }
    }
    return time[0] * 1_000_000_000 + time[1]
}

private var realTimeSignals: ClosedRange<CInt> { __libc_current_sigrtmin()...__libc_current_sigrtmax() }

/// The real-time signals for which this process has handlers.
private func handledSignals() -> [CInt] {
    realTimeSignals.filter { number in
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self) > 1
    }
}
