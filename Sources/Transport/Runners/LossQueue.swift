internal import Synchronization
internal import Waiting
internal import Wire

/// The ends of runners that have been reported, and that nobody has dealt with. Any thread adds them.
final class LossQueue: Sendable {
    private let losses = Locked<[RunnerLoss]>([])
    private let hasLosses = Atomic(false)

    func add(_ loss: RunnerLoss) {
        losses.withLock { $0.append(loss) }
        hasLosses.store(true, ordering: .releasing)
    }

    /// Whether there is nothing to take. It costs no lock.
    var isEmpty: Bool { !hasLosses.load(ordering: .acquiring) }

    /// Takes out all ends, in the order of their reports.
    func take() -> [RunnerLoss] {
        if isEmpty { return [] }
        hasLosses.store(false, ordering: .relaxed)
        return losses.withLock { losses in
            defer { losses = [] }
            return losses
        }
    }
}
