/// The futures of one segment's tasks, which the segment shares with the frames that carry its tasks.
///
/// A future leaves the list when its task has ended: the list must not keep results alive until the last of its tasks
/// has ended. Whoever has taken tasks from a segment owns their places, so no two threads use the same place.
final class FutureList {
    private var base: UnsafeMutablePointer<FutureCore?>
    private var capacity: Int
    private(set) var count: Int

    init(_ futures: [FutureCore?]) {
        count = futures.count
        capacity = max(1, count)
        base = .allocate(capacity: capacity)
        var place = base
        for future in futures {
            place.initialize(to: future)
            place += 1
        }
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    /// Adds a future. Call it only while nobody has taken tasks from the segment.
    func append(_ future: FutureCore) {
        if count == capacity { grow() }
        (base + count).initialize(to: future)
        count += 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<FutureCore?>.allocate(capacity: 2 * capacity)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }

    /// Returns the future at a place, or nil if it has left the list.
    subscript(index: Int) -> FutureCore? {
        precondition(index >= 0 && index < count)
        return base[index]
    }

    /// Removes a future from the list and returns it, or nil if it has left the list before.
    func take(_ index: Int) -> FutureCore? {
        precondition(index >= 0 && index < count)
        defer { base[index] = nil }
        return base[index]
    }
}
