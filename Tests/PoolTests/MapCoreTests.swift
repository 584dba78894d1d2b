import Identities
import Linux
import Pool
import Support
import Testing
import Waiting
import Wire

@Suite("A map's core", .hangGuarded)
struct MapCoreTests {
    private struct Problem: Error {}

    /// Fills the elements from `first` on, each with its own number as its value.
    private func fill(_ map: MapCore, _ range: Range<Int>) {
        let (frame, offsets) = Replies.make(range.map { [UInt8(truncatingIfNeeded: $0)] })
        offsets.withUnsafeBufferPointer { map.fill(first: range.lowerBound, buffer: frame, offsets: $0) }
    }

    /// What can be taken now: an element's value, or -1 for an error; nil at the end.
    private func take(_ map: MapCore, from index: Int, limit: Int = .max) throws -> [Int]? {
        switch map.take(from: index, limit: limit, wake: nil) {
        case .outcomes(let outcomes):
            return try outcomes.map { outcome in
                guard case .payload(let payload) = outcome else { return -1 }
                return Int(try payload.read().bytes[0])
            }
        case .nothingYet: return []
        case .end: return nil
        }
    }

    @Test("A map's core gives results in the order of the elements, as far as they are there")
    func ordered() throws {
        let map = MapCore(isOrdered: true)
        #expect(map.extend(by: 3) == 0)
        #expect(map.extend(by: 2) == 3)
        fill(map, 1..<3)
        #expect(try take(map, from: 0) == [])
        fill(map, 0..<1)
        #expect(try take(map, from: 0) == [0, 1, 2])
        fill(map, 3..<5)
        #expect(try take(map, from: 3, limit: 1) == [3])
        #expect(try take(map, from: 4) == [4])
        #expect(try take(map, from: 5) == [])
        map.finishProducing()
        #expect(try take(map, from: 5) == nil)
    }

    @Test("A map's core gives results as they come, if it is unordered")
    func unordered() throws {
        let map = MapCore(isOrdered: false)
        _ = map.extend(by: 4)
        fill(map, 2..<4)
        #expect(try take(map, from: 0) == [2, 3])
        map.fail(0..<1, with: Problem())
        fill(map, 1..<2)
        map.finishProducing()
        #expect(try take(map, from: 2) == [-1, 1])
        #expect(try take(map, from: 4) == nil)
    }

    @Test("A map's core keeps no result that nobody will take", arguments: [true, false])
    func abandoned(isOrdered: Bool) throws {
        let map = MapCore(isOrdered: isOrdered)
        _ = map.extend(by: 4)
        weak var early: FrameBuffer?
        weak var late: FrameBuffer?
        do {
            let (frame, offsets) = Replies.make([[1], [2]])
            early = frame
            offsets.withUnsafeBufferPointer { map.fill(first: 0, buffer: frame, offsets: $0) }
        }
        #expect(early != nil)
        map.abandon()
        #expect(early == nil)
        #expect(!map.isCancelled)
        do {
            let (frame, offsets) = Replies.make([[3]])
            late = frame
            offsets.withUnsafeBufferPointer { map.fill(first: 2, buffer: frame, offsets: $0) }
        }
        #expect(late == nil)
        map.fail(3..<4, with: Problem())
        #expect(map.extend(by: 1) == 4)
        #expect(try take(map, from: 0) == nil)
    }

    @Test(
        "A map's core tells which element a result is of, also of a map that goes on and on",
        arguments: [true, false]
    )
    func indexes(isOrdered: Bool) throws {
        let map = MapCore(isOrdered: isOrdered)
        var taken = 0
        // Elements come and go, so that few are there at any time.
        for round in 0..<100 {
            let first = map.extend(by: 10)
            #expect(first == 10 * round)
            fill(map, first + 5..<first + 10)
            map.fail(first..<first + 1, with: Problem())
            fill(map, first + 1..<first + 5)
            var found: [Int] = []
            while map.take(
                from: taken,
                limit: 3,
                wake: nil,
                { index, outcome in
                    found.append(index)
                    if case .payload(let payload) = outcome {
                        #expect((try? payload.read().bytes[0]) == UInt8(truncatingIfNeeded: index))
                    } else {
                        #expect(index == first)
                    }
                }
            ) == .some { taken = first + found.count }
            #expect(
                found
                    == (isOrdered ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] : [5, 6, 7, 8, 9, 0, 1, 2, 3, 4]).map { first + $0 }
            )
        }
        map.finishProducing()
        #expect(map.take(from: taken, limit: 1, wake: nil) { _, _ in } == .end)
    }

    @Test("A map's core gives an element's error at the element's position")
    func failures() throws {
        let map = MapCore(isOrdered: true)
        _ = map.extend(by: 5)
        fill(map, 0..<2)
        map.fail(2..<4, with: Problem())
        fill(map, 4..<5)
        #expect(try take(map, from: 0) == [0, 1, -1, -1, 4])
    }

    @Test("The core of a map over nothing ends when that is known")
    func empty() throws {
        for isOrdered in [true, false] {
            let map = MapCore(isOrdered: isOrdered)
            #expect(try take(map, from: 0) == [])
            map.finishProducing()
            #expect(try take(map, from: 0) == nil)
        }
    }

    @Test("A map's core wakes its consumer when what it waits for is there, and not before")
    func wakes() throws {
        let map = MapCore(isOrdered: true)
        let hearing = Hearing()
        _ = map.extend(by: 2)
        guard case .nothingYet = map.take(from: 0, limit: 10, wake: { hearing.note(1) }) else {
            Issue.record("a result from nowhere")
            return
        }
        fill(map, 1..<2)
        #expect(hearing.all.isEmpty)
        fill(map, 0..<1)
        #expect(hearing.all == [1])
        #expect(try take(map, from: 0) == [0, 1])
        _ = map.take(from: 2, limit: 10, wake: { hearing.note(2) })
        map.finishProducing()
        #expect(hearing.all == [1, 2])
    }

    @Test("A map's core that is cancelled lets its consumer go")
    func cancelWakes() {
        let map = MapCore(isOrdered: true)
        let hearing = Hearing()
        _ = map.extend(by: 1)
        _ = map.take(from: 0, limit: 10, wake: { hearing.note(1) })
        map.cancel()
        #expect(map.isCancelled)
        #expect(hearing.all == [1])
    }

    @Test("A map's core lets every one of several consumers go")
    func severalConsumers() {
        let map = MapCore(isOrdered: false)
        let hearing = Hearing()
        _ = map.extend(by: 1)
        for number in 0..<3 { _ = map.take(from: 0, limit: 10, wake: { hearing.note(number) }) }
        fill(map, 0..<1)
        #expect(hearing.all.sorted() == [0, 1, 2])
    }

    @Test("A map's core loses nothing between a dispatcher and a consumer", arguments: [true, false])
    func concurrent(isOrdered: Bool) throws {
        var random = SeededGenerator()
        let (count, piece) = (20_000, 10)
        let map = MapCore(isOrdered: isOrdered)
        let starts = stride(from: 0, to: count, by: piece).shuffled(using: &random)
        _ = map.extend(by: count)
        let dispatcher = try Linux.Thread(name: "dispatcher") {
            for start in starts { fill(map, start..<start + piece) }
            map.finishProducing()
        }
        var taken: [Int] = []
        consuming: while true {
            let parker = Parker()
            switch map.take(from: taken.count, limit: 64, wake: { parker.unpark() }) {
            case .outcomes(let outcomes):
                for case .payload(let payload) in outcomes { taken.append(Int(try payload.read().bytes[0])) }
            case .nothingYet:
                guard parker.park(until: .after(hangTime)) else { break consuming }
            case .end: break consuming
            }
        }
        dispatcher.join()
        let expected = (0..<count).map { $0 & 0xff }
        if isOrdered {
            #expect(taken == expected, "seed \(random.seed)")
        } else {
            #expect(taken.sorted() == expected.sorted(), "seed \(random.seed)")
        }
    }

    @Test("A map's core lets a frame go with the last of its results that is taken")
    func freesFrames() throws {
        let map = MapCore(isOrdered: true)
        _ = map.extend(by: 2)
        weak var frame: FrameBuffer?
        do {
            let (made, offsets) = Replies.make([[1], [2]])
            frame = made
            offsets.withUnsafeBufferPointer { map.fill(first: 0, buffer: made, offsets: $0) }
        }
        #expect(try take(map, from: 0, limit: 1) == [1])
        #expect(frame != nil)
        #expect(try take(map, from: 1, limit: 1) == [2])
        #expect(frame == nil)
    }
}
