/// Events of a simulation that are to come, the first one on top.
struct EventHeap<Event> {
    private var items: [(time: UInt64, event: Event)] = []

    mutating func insert(_ event: Event, at time: UInt64) {
        items.append((time, event))
        var index = items.count - 1
        while index > 0, items[index].time < items[(index - 1) / 2].time {
            items.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func popFirst() -> (time: UInt64, event: Event)? {
        guard let first = items.first else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var index = 0
        while true {
            var child = 2 * index + 1
            if child + 1 < items.count, items[child + 1].time < items[child].time { child += 1 }
            guard child < items.count, items[child].time < items[index].time else { return first }
            items.swapAt(index, child)
            index = child
        }
    }
}
