internal import Journals
internal import Synchronization
internal import Waiting

/// The hash of all values that a pool has ever shared, in their order.
///
/// A call carries only the number of a shared value. So the key of a call in a journal has this hash, too.
final class SharedDigest: Sendable {
    private struct State {
        var digest = SipHash.Words(low: 0, high: 0)
        var isNeeded = false
    }

    private let values = Atomic(0)
    private let state = Locked(State())

    /// The number of values so far.
    var count: Int { values.load(ordering: .acquiring) }

    var words: SipHash.Words { state.withLock { $0.digest } }

    /// Declares that an executor has a journal. Values are not hashed before, since nobody would need the hash.
    func begin() {
        state.withLock { state in
            guard !state.isNeeded else { return }
            state.isNeeded = true
            // No run before has had these values: a call that uses them is made again.
            guard count > 0 else { return }
            state.digest = SipHash.Words(low: .random(in: 0 ... .max), high: .random(in: 0 ... .max))
        }
    }

    /// Adds a value.
    func add(_ content: UnsafeRawBufferPointer) {
        state.withLock { state in
            if state.isNeeded { state.digest = SipHash(key: state.digest, isLong: true).hash128(content) }
            _ = values.add(1, ordering: .releasing)
        }
    }
}
