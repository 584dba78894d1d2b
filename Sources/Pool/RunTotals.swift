internal import Identities
package import Transport
internal import Waiting

/// What has become of all calls of this process, and of the workers of all its pools.
package final class RunTotals: Sendable {
    package static let shared = RunTotals()

    private struct State {
        var ended = TaskCounts()
        var open: [ObjectIdentifier: TaskQueue] = [:]
        var tallies: [WorkerTally] = []
    }

    private let state = Locked(State())

    private init() {}

    func add(_ queue: TaskQueue) { state.withLock { $0.open[ObjectIdentifier(queue)] = queue } }

    /// Adds the counts of a queue that has ended.
    func close(_ queue: TaskQueue) {
        state.withLock { state in
            guard state.open.removeValue(forKey: ObjectIdentifier(queue)) != nil else { return }
            state.ended = state.ended + queue.counts
        }
    }

    func add(_ tally: WorkerTally) { state.withLock { $0.tallies.append(tally) } }

    package var tasks: TaskCounts { state.withLock { $0.open.values.reduce($0.ended) { $0 + $1.counts } } }

    package var workers: WorkerTally.Counts {
        state.withLock { state in
            state.tallies.reduce(WorkerTally.Counts()) { sum, tally in
                let counts = tally.counts
                var sum = sum
                sum.alive += counts.alive
                sum.lost += counts.lost
                sum.restarted += counts.restarted
                sum.recycled += counts.recycled
                return sum
            }
        }
    }
}
