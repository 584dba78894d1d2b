internal import Glibc
internal import Synchronization

/// Where one thread sleeps until any other, in this process or in another one, rings.
///
/// A doorbell lives in memory that may be shared between processes. Ringing costs one atomic exchange while nobody
/// sleeps. A ring is not remembered: the sleeper says what it waits for, and that is looked at once more after the
/// sleeper has made itself known, so that no ring is missed.
package struct Doorbell: @unchecked Sendable {
    /// The memory that one doorbell takes: a cache line of its own for each sleeper.
    package static let byteCount = 128

    private static let awake: UInt32 = 0
    private static let asleep: UInt32 = 1
    /// The sleeper need not be woken: someone does its work meanwhile.
    private static let suppressed: UInt32 = 2

    private let state: UnsafeMutablePointer<Atomic<UInt32>>
    private let semaphore: Semaphore

    /// Makes a doorbell in `memory`, `byteCount` bytes aligned to 64.
    package init(initializing memory: UnsafeMutableRawPointer, shared: Bool) {
        state = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        state.initialize(to: Atomic(Self.awake))
        semaphore = Semaphore(initializing: memory + 64, shared: shared)
    }

    /// Uses the doorbell that another process made in `memory`.
    package init(attaching memory: UnsafeMutableRawPointer) {
        state = memory.assumingMemoryBound(to: Atomic<UInt32>.self)
        semaphore = Semaphore(attaching: memory + 64)
    }

    /// Wakes the sleeper, if there is one.
    package func ring() {
        if change(Self.asleep, Self.awake) { semaphore.post() }
    }

    /// Sleeps until somebody rings or `deadline` passes, unless `condition` already holds.
    package func sleep(until deadline: Instant, unless condition: () -> Bool) {
        beginSleep()
        endSleep(wasRung: !condition() && waitForRing(until: deadline))
    }

    private func change(_ old: UInt32, _ new: UInt32) -> Bool {
        state.pointee.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
    }
}

/// The steps of `sleep`, for a sleeper whose work another thread may do meanwhile.
extension Doorbell {
    /// Announces the sleeper. The sleeper then looks once more for what it waits for.
    package func beginSleep() { state.pointee.store(Self.asleep, ordering: .sequentiallyConsistent) }

    /// Waits for a ring; false if `deadline` passes first.
    package func waitForRing(until deadline: Instant) -> Bool { semaphore.wait(until: deadline) }

    /// Ends the sleep. The caller must not have suppressed the rings.
    package func endSleep(wasRung: Bool) {
        // A ring may have come at the last moment: then its post has to be taken, or the next sleep would end at once.
        if !wasRung && !change(Self.asleep, Self.awake) { semaphore.wait() }
    }

    /// Makes rings wake nobody; returns false if there is no sleeper, or if a ring is on its way to it.
    package func suppressRings() -> Bool { change(Self.asleep, Self.suppressed) }

    /// Makes rings wake the sleeper again. Rings that came meanwhile are lost: the caller then looks for what they were
    /// about.
    package func restoreRings() { state.pointee.store(Self.asleep, ordering: .sequentiallyConsistent) }
}

/// A doorbell in memory of its own, for the threads of one process.
package final class LocalDoorbell: Sendable {
    private let memory: Memory
    package let bell: Doorbell

    private struct Memory: @unchecked Sendable { let base: UnsafeMutableRawPointer }

    package init() {
        memory = Memory(base: .allocate(byteCount: Doorbell.byteCount, alignment: 64))
        bell = Doorbell(initializing: memory.base, shared: false)
    }

    deinit { memory.base.deallocate() }
}

extension Doorbell {
    /// Does what a `Backoff` says; sleeps only while `condition` does not hold.
    package func carryOut(_ step: Backoff.Step, unless condition: () -> Bool) {
        switch step {
        case .spin:
            break
        case .yield:
            sched_yield()
        case .sleep(let nanoseconds):
            sleep(until: Instant.now.advanced(byNanoseconds: nanoseconds), unless: condition)
        }
    }
}
