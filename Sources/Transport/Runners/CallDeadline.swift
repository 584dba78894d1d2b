internal import Synchronization
package import Waiting
package import Wire

/// The deadline of a worker's current call, in memory that the worker shares with its master.
///
/// Worker and master agree by one word. Either the worker ends the call and clears the word, or the master condemns the
/// worker. So the master never ends a worker for a call that has ended, and no later call has to answer for it.
///
/// The conformance to `Sendable` is unchecked because one thread of the worker begins and ends calls, and the master
/// reads the plain words only behind the atomic one.
package final class CallDeadline: @unchecked Sendable {
    static let size = 24
    private static let noCall: UInt64 = 0
    private static let condemned = UInt64.max

    private let base: UnsafeMutableRawPointer
    private let word: UnsafeMutablePointer<Atomic<UInt64>>
    /// The owner of the memory.
    private let owner: AnyObject?

    /// - Parameter base: `size` bytes, aligned to 8. Zeros are a worker without a call that has a limit.
    init(_ base: UnsafeMutableRawPointer, keeping owner: AnyObject? = nil) {
        self.base = base
        self.owner = owner
        word = base.assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    // MARK: The worker

    /// Notes the begin of a call with a limit.
    package func begin(_ limit: CallLimit) {
        (base + 8).storeBytes(of: limit.time, as: UInt64.self)
        (base + 16).storeBytes(of: limit.grace, as: UInt64.self)
        word.pointee.store(Instant.now.advanced(byNanoseconds: limit.time).nanoseconds, ordering: .releasing)
    }

    /// Notes the end of the call. Returns false if the master ends this worker, because the call took too long.
    package func end() -> Bool {
        word.pointee.exchange(Self.noCall, ordering: .acquiringAndReleasing) != Self.condemned
    }

    // MARK: The master

    /// The deadline of the current call; nil if no call with a limit runs.
    package var due: Instant? {
        let value = word.pointee.load(ordering: .acquiring)
        return value == Self.noCall || value == Self.condemned ? nil : Instant(nanoseconds: value)
    }

    /// Decides that the worker must end.
    ///
    /// - Parameter due: The deadline of the call that has taken too long.
    /// - Returns: The call's limit, in nanoseconds; nil if the call has ended in the meantime.
    package func condemn(_ due: Instant) -> (time: UInt64, grace: UInt64)? {
        let (exchanged, _) = word.pointee.compareExchange(
            expected: due.nanoseconds,
            desired: Self.condemned,
            ordering: .acquiringAndReleasing
        )
        guard exchanged else { return nil }
        return ((base + 8).load(as: UInt64.self), (base + 16).load(as: UInt64.self))
    }
}
