/// Holds back what arrives out of order until all before it has come.
package struct ReorderBuffer<Element> {
    private var next = 0
    /// The elements that wait; nil for an index that has none.
    private var held: [Int: Element?] = [:]

    package init() {}

    /// Adds what an index has, and returns all that may go out now, in order.
    ///
    /// - Parameter element: Nil if the index has nothing, so that nobody has to wait for it.
    package mutating func add(_ element: Element?, at index: Int) -> [Element] {
        held[index] = .some(element)
        var released: [Element] = []
        while let element = held.removeValue(forKey: next) {
            if let element { released.append(element) }
            next += 1
        }
        return released
    }

    /// Returns all that is held back, in order, and waits for nothing before it.
    package mutating func takeRest() -> [Element] {
        let rest = held.sorted { $0.key < $1.key }
        held = [:]
        if let last = rest.last?.key { next = last + 1 }
        return rest.compactMap(\.value)
    }
}
