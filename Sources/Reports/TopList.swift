/// The elements with the largest keys, in descending order.
struct TopList<Element> {
    let limit: Int
    private var entries: [(key: UInt64, element: Element)] = []

    init(limit: Int) { self.limit = limit }

    var elements: [Element] { entries.map(\.element) }

    mutating func add(_ element: @autoclosure () -> Element, key: UInt64) {
        if entries.count == limit, let last = entries.last, last.key >= key { return }
        let place = entries.firstIndex { $0.key < key } ?? entries.count
        entries.insert((key, element()), at: place)
        if entries.count > limit { entries.removeLast() }
    }
}
