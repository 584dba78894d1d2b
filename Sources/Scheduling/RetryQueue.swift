/// Tasks that wait until they are tried again, by the times when their waits end.
///
/// Tasks whose waits end at the same time leave in the order in which they came. Adding and taking cost O(log n).
package struct RetryQueue<Task> {
    private struct Entry {
        let due: UInt64
        let number: UInt64
        let task: Task

        func isBefore(_ other: Entry) -> Bool { (due, number) < (other.due, other.number) }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var nextNumber: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }

    /// When the first wait ends, in nanoseconds; nil if no task waits.
    ///
    /// The dispatcher asks at each look for messages. It is stored, since generic code of another module is not
    /// specialised there, and would look types up.
    package private(set) var nextDue: UInt64?

    /// Adds a task.
    ///
    /// - Parameter due: When its wait ends, in nanoseconds.
    package mutating func add(_ task: Task, due: UInt64) {
        defer { nextDue = entries.first?.due }
        entries.append(Entry(due: due, number: nextNumber, task: task))
        nextNumber += 1
        var place = entries.count - 1
        while place > 0, entries[place].isBefore(entries[(place - 1) / 2]) {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Removes and returns the first task whose wait has ended; nil if there is none.
    package mutating func takeDue(at now: UInt64) -> Task? {
        guard let first = entries.first, first.due <= now else { return nil }
        defer { nextDue = entries.first?.due }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink(0)
        }
        return first.task
    }

    /// Removes and returns the tasks for which `isMeant` holds.
    package mutating func takeAll(where isMeant: (Task) -> Bool) -> [Task] {
        defer { nextDue = entries.first?.due }
        let taken = entries.filter { isMeant($0.task) }
        entries.removeAll { isMeant($0.task) }
        for place in entries.indices.reversed() { sink(place) }
        return taken.sorted { $0.isBefore($1) }.map(\.task)
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var first = place
            for child in [2 * place + 1, 2 * place + 2] where child < entries.count {
                if entries[child].isBefore(entries[first]) { first = child }
            }
            if first == place { return }
            entries.swapAt(place, first)
            place = first
        }
    }
}
