import Support
import Testing
import Wire

@testable import Pool

@Suite("The slots of a map")
struct MapSlotsTests {
    /// An element's value: eight bytes, or five that are no value of that type, or none at all for one that failed.
    private enum Element: Equatable {
        case whole(UInt64)
        case odd(UInt64)
        case failed
    }

    private func bytes(_ element: Element) -> [UInt8] {
        switch element {
        case .whole(let value): withUnsafeBytes(of: value) { Array($0) }
        case .odd(let value): withUnsafeBytes(of: value) { Array($0.prefix(5)) }
        case .failed: []
        }
    }

    /// Copies as many elements as it can, `limit` at most.
    private func copy(_ slots: inout MapSlots, from index: Int, limit: Int) -> [Element] {
        var values = [UInt64](repeating: .max, count: limit)
        let count = values.withUnsafeMutableBytes { values in
            values.baseAddress.map { slots.copy(from: index, limit: limit, to: $0, size: 8, stride: 8) } ?? 0
        }
        #expect(values[count...].allSatisfy { $0 == .max })
        return values[..<count].map { .whole($0) }
    }

    private func take(_ slots: inout MapSlots, _ index: Int) throws -> Element {
        guard let payload = slots.take(index) else { return .failed }
        let bytes = try payload.read().bytes
        var value: UInt64 = 0
        withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes) }
        return bytes.count == 8 ? .whole(value) : .odd(value)
    }

    @Test("The slots of a map give every element's result once, however they are filled and taken")
    func random() throws {
        var random = SeededGenerator()
        for _ in 0..<200 {
            var slots = MapSlots()
            var (filled, taken): ([Int: Element], Int) = ([:], 0)
            var expected: [Element] = []
            var waiting: [Range<Int>] = []
            for _ in 0..<60 {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let count = Int.random(in: 1...20, using: &random)
                    waiting.append(slots.end..<slots.end + count)
                    slots.extend(by: count)
                    expected += (0..<count).map { _ in
                        switch Int.random(in: 0..<10, using: &random) {
                        case 0: .failed
                        case 1: .odd(UInt64.random(in: 0..<1 << 40, using: &random))
                        default: .whole(.random(in: 0..<UInt64.max, using: &random))
                        }
                    }
                case 1 where !waiting.isEmpty:
                    let range = waiting.remove(at: Int.random(in: waiting.indices, using: &random))
                    for run in range.split(whereSeparator: { expected[$0] == .failed }) {
                        let (frame, offsets) = Replies.make(run.map { bytes(expected[$0]) })
                        offsets.withUnsafeBufferPointer {
                            slots.fill(first: run.first ?? 0, buffer: frame, offsets: $0)
                        }
                    }
                    for index in range where expected[index] == .failed { slots.fail(index) }
                    for index in range { filled[index] = expected[index] }
                case 2:
                    let limit = Int.random(in: 1...30, using: &random)
                    let copied = copy(&slots, from: taken, limit: limit)
                    let possible = (taken..<taken + limit).prefix {
                        if case .whole? = filled[$0] { true } else { false }
                    }
                    #expect(copied == possible.map { expected[$0] }, "seed \(random.seed)")
                    taken += copied.count
                default:
                    #expect(slots.isFilled(taken) == (filled[taken] != nil), "seed \(random.seed)")
                    guard slots.isFilled(taken) else { continue }
                    #expect(try take(&slots, taken) == expected[taken], "seed \(random.seed)")
                    taken += 1
                }
            }
        }
    }

    @Test("The slots of a map let a frame go with the last of its results, also of those that are copied")
    func frames() {
        var slots = MapSlots()
        slots.extend(by: 3)
        weak var frame: FrameBuffer?
        do {
            let (made, offsets) = Replies.make((1...3).map { bytes(.whole($0)) })
            frame = made
            offsets.withUnsafeBufferPointer { slots.fill(first: 0, buffer: made, offsets: $0) }
        }
        #expect(copy(&slots, from: 0, limit: 2) == [.whole(1), .whole(2)])
        #expect(frame != nil)
        #expect(copy(&slots, from: 2, limit: 2) == [.whole(3)])
        #expect(frame == nil)
    }

    @Test(
        "The slots of a map need a place for each frame that has results left, and no more",
        arguments: [false, true]
    )
    func framePlaces(areCopied: Bool) throws {
        var slots = MapSlots()
        for round in 0..<100 {
            slots.extend(by: 2)
            for index in 2 * round..<2 * round + 2 {
                let (frame, offsets) = Replies.make([bytes(.whole(UInt64(index)))])
                offsets.withUnsafeBufferPointer { slots.fill(first: index, buffer: frame, offsets: $0) }
            }
            if areCopied {
                #expect(copy(&slots, from: 2 * round, limit: 2).count == 2)
            } else {
                for index in 2 * round..<2 * round + 2 { #expect(try take(&slots, index) == .whole(UInt64(index))) }
            }
        }
        #expect(slots.placeCount == 2)
    }
}
