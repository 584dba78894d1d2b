extension Item {
    /// A step from a container to an item in it.
    package enum Step: Sendable {
        case index(Int)
        case key(String)
    }

    /// Returns the path from this item to the one at `offset`. It is computed for messages only.
    package func path(to offset: Int) -> [Step] {
        var steps: [Step] = []
        var item = self
        while item.offset != offset, let (step, next) = item.step(towards: offset) {
            steps.append(step)
            item = next
        }
        return steps
    }

    private func step(towards offset: Int) -> (Step, Item)? {
        guard var elements = try? elements() else { return nil }
        var index = 0
        while let (key, value) = elements.next() {
            if offset < elements.offset {
                guard let key else { return (.index(index), value) }
                if let integer = try? key.integer() { return (.index(Int(integer)), value) }
                return (.key((try? key.text()) ?? "?"), value)
            }
            index += 1
        }
        return nil
    }
}

extension [Item.Step] {
    /// The path as a reader writes it, such as `[3].start`.
    package var written: String {
        reduce(into: "") { text, step in
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let key): text += ".\(key)"
            }
        }
    }
}
