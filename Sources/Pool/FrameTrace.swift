internal import Identities

/// What a trace needs to know of a frame when it is answered.
final class FrameTrace: Sendable {
    /// How long the first call of the frame was queued, in nanoseconds.
    let queueTime: UInt64
    /// The size of the frame.
    let bytes: Int
    /// The callables of the frame's calls, each with the index of its first call; empty if there is only one.
    private let callables: [(callable: CallableID, first: Int)]

    init(queueTime: UInt64, bytes: Int, callables: [(callable: CallableID, first: Int)]) {
        self.queueTime = queueTime
        self.bytes = bytes
        self.callables = callables.count > 1 ? callables : []
    }

    /// Returns the callable of a call of the frame.
    func callable(_ index: Int, _ only: CallableID) -> CallableID {
        var (low, high) = (0, callables.count)
        // The last entry that begins at or before the call.
        while low < high {
            let middle = (low + high) / 2
            if callables[middle].first <= index { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? only : callables[low - 1].callable
    }

    /// Returns how many calls of a range are of which callable, in the order of their first calls.
    func parts(_ range: Range<Int>, _ only: CallableID) -> [(callable: CallableID, count: Int)] {
        guard !callables.isEmpty else { return [(only, range.count)] }
        var parts: [(callable: CallableID, count: Int)] = []
        for (index, entry) in callables.enumerated() {
            let end = index + 1 < callables.count ? callables[index + 1].first : range.upperBound
            let count = min(end, range.upperBound) - max(entry.first, range.lowerBound)
            guard count > 0 else { continue }
            if let known = parts.firstIndex(where: { $0.callable == entry.callable }) {
                parts[known].count += count
            } else {
                parts.append((entry.callable, count))
            }
        }
        return parts.isEmpty ? [(only, range.count)] : parts
    }
}
