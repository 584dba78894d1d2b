internal import Glibc
internal import Synchronization

/// Lets one thread sleep until another one rings, in this process or in another one.
///
/// A doorbell lives in memory that processes may share. Ringing costs one atomic exchange while nobody sleeps. Rings
/// are not counted or remembered. Therefore the sleeper checks its condition again after it has announced itself, so
/// that it misses no ring.
package struct Doorbell: @unchecked Sendable {
    /// The size of one doorbell in bytes. Each sleeper gets cache lines of its own.
    package static let byteCount = 128

    private static let awake: UInt32 = 0
    private static let asleep: UInt32 = 1
    /// Rings do not wake the sleeper, because another thread does its work meanwhile.
    private static let suppressed: UInt32 = 2

    private let state: UnsafeMutablePointer<Atomic<UInt32>>
    private let semaphore: Semaphore

    /// Makes a doorbell in `memory`, which has `byteCount` bytes and is aligned to 64.
    package init(initializing memory: UnsafeMutableRawPointer, shared: Bool) {
        state = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        state.initialize(to: Atomic(Self.awake))
        semaphore = Semaphore(initializing: memory + 64, shared: shared)
    }

    /// Uses a doorbell that another process has made in `memory`.
    package init(attaching memory: UnsafeMutableRawPointer) {
        state = memory.assumingMemoryBound(to: Atomic<UInt32>.self)
        semaphore = Semaphore(attaching: memory + 64)
    }

    /// Wakes the sleeper, if there is one.
    package func ring() {
        if change(Self.asleep, Self.awake) { semaphore.post() }
    }

    /// Sleeps until somebody rings or `deadline` passes, unless `condition` already holds. Returns whether a ring ended
    /// the sleep.
    @discardableResult
    package func sleep(until deadline: Instant, unless condition: () -> Bool) -> Bool {
        beginSleep()
        return endSleep(wasRung: !condition() && waitForRing(until: deadline))
    }

    private func change(_ old: UInt32, _ new: UInt32) -> Bool {
        state.pointee.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
    }
}

/// The steps of `sleep`, for callers whose work another thread may do meanwhile.
extension Doorbell {
    /// Announces the sleeper. The caller must check its condition once more afterwards.
    package func beginSleep() { state.pointee.store(Self.asleep, ordering: .sequentiallyConsistent) }

    /// Waits for a ring. Returns false if `deadline` passes first.
    package func waitForRing(until deadline: Instant) -> Bool { semaphore.wait(until: deadline) }

    /// Ends the sleep, also if the rings are suppressed. Returns whether somebody has rung.
    @discardableResult
    package func endSleep(wasRung: Bool) -> Bool {
        if wasRung { return true }
        // A ring at the last moment leaves a post, which must be consumed, or the next sleep would end at once. A
        // process that is killed between its two steps leaves no post.
        let isRung = state.pointee.exchange(Self.awake, ordering: .sequentiallyConsistent) == Self.awake
        if isRung { _ = semaphore.wait(until: .after(.milliseconds(100))) }
        return isRung
    }

    /// Suppresses rings. Returns false if nobody sleeps, or if a ring is on its way to the sleeper.
    package func suppressRings() -> Bool { change(Self.asleep, Self.suppressed) }

    /// Makes rings wake the sleeper again, unless its sleep has ended. Rings that came meanwhile are lost. So the
    /// caller looks for their causes afterwards.
    package func restoreRings() { _ = change(Self.suppressed, Self.asleep) }
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
    /// Carries out the next step of `backoff`. A sleep begins only while `condition` does not hold. After a ring the
    /// back-off begins anew.
    package func idle(
        _ backoff: inout Backoff,
        _ traffic: Backoff.Traffic = .none,
        unless condition: () -> Bool = { false }
    ) {
        idle(&backoff, traffic, announcing: { $0 }, unless: condition)
    }

    /// Carries out the next step of `backoff`, like `idle(_:_:unless:)`.
    ///
    /// - Parameter announce: Called when a sleep begins, with its length in nanoseconds. It tells others that they have
    ///   to ring, and returns how long the sleep may take.
    package func idle(
        _ backoff: inout Backoff,
        _ traffic: Backoff.Traffic,
        announcing announce: (UInt64) -> UInt64,
        unless condition: () -> Bool
    ) {
        switch backoff.idle(traffic) {
        case .spin: break
        case .yield: sched_yield()
        case .sleep(let nanoseconds):
            beginSleep()
            let deadline = Instant.now.advanced(byNanoseconds: announce(nanoseconds))
            if endSleep(wasRung: !condition() && waitForRing(until: deadline)) { backoff.wake() }
        }
    }
}
