extension Reader {
    /// The number of remaining items at one level of nesting.
    private enum Level {
        case items(Int)
        case untilBreak
        /// The reader is between a key and its value in a map of indefinite length, where a break is ill-formed.
        case value
    }

    /// Moves `offset` behind an item, and checks that all of the item is well-formed.
    ///
    /// - Parameter levels: The number of further levels of nesting that are allowed.
    func skip(at offset: inout Int, levels: Int) throws(CBORError) {
        var end = offset
        if try !skipHead(at: &end) {
            end = offset
            try skipNested(at: &end, levels: levels)
        }
        offset = end
    }

    /// Moves `offset` behind an item if nothing is nested in it.
    ///
    /// - Returns: `false`, without having moved, if the item is a tag or a container that has content.
    @inline(__always)
    private func skipHead(at offset: inout Int) throws(CBORError) -> Bool {
        let head = try head(at: offset)
        var end = head.next
        switch head.major {
        case .unsigned, .negative:
            break
        case .bytes, .text:
            if head.isIndefinite {
                try forEachChunk(of: head.major, from: &end) { range throws(CBORError) in
                    if head.major == .text { try validateText(in: range) }
                }
            } else {
                end += try length(of: head)
                if head.major == .text { try validateText(in: head.next..<end) }
            }
        case .array, .map:
            guard head.argument == 0 && !head.isIndefinite else { return false }
        case .tag:
            return false
        case .simple:
            if head.isBreak { throw unexpectedBreak(at: offset) }
        }
        offset = end
        return true
    }

    /// Skips an item without recursion, so that deep input takes no more of the thread's stack than flat input.
    private func skipNested(at offset: inout Int, levels: Int) throws(CBORError) {
        var outer: [(level: Level, isMap: Bool)] = []
        var level = Level.items(1)
        var isMap = false
        while true {
            switch level {
            case .items(0):
                guard let next = outer.popLast() else { return }
                (level, isMap) = next
                continue
            case .items(let count):
                level = .items(count - 1)
            case .untilBreak:
                if try isBreak(at: offset) {
                    offset += 1
                    level = .items(0)
                    continue
                }
                if isMap { level = .value }
            case .value:
                level = .untilBreak
            }
            if try skipHead(at: &offset) { continue }

            let head = try head(at: offset)
            guard outer.count < levels else { throw tooDeep(at: offset) }
            outer.append((level, isMap))
            isMap = head.major == .map
            if head.major == .tag {
                level = .items(1)
            } else if let count = try count(of: head) {
                level = .items(isMap ? 2 * count : count)
            } else {
                level = .untilBreak
            }
            offset = head.next
        }
    }

    @inline(never)
    func tooDeep(at offset: Int) -> CBORError {
        CBORError(.tooDeep, "values are nested too deeply", at: offset)
    }
}
