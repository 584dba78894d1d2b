import Support
import Testing

@testable import Journals

@Suite("The tables of a journal")
struct IndexTests {
    @Test("The tables of a journal find each key, and no other, among a hundred thousand")
    func index() {
        var random = SeededGenerator()
        let keys = (0..<100_000).map { index in
            // Equal hashes with many occurrences are the worst case.
            let isEqual = index % 3 == 0
            return CallKey(
                hash: isEqual ? .init(low: 7, high: 7) : .init(low: random.next(), high: random.next()),
                occurrence: isEqual ? UInt32(index) : 0
            )
        }
        let entries = keys.enumerated().map { JournalIndex.Entry($1, offset: $0 + 48) }
        let index = JournalIndex(entries) { keys[$0 - 48] == keys[$1 - 48] }
        #expect(index.count == keys.count)
        for (number, key) in keys.enumerated() {
            #expect(index.offset(of: key) { keys[$0 - 48] == key } == number + 48)
        }
        let other = CallKey(hash: .init(low: 7, high: 7), occurrence: 1)
        #expect(index.offset(of: other) { keys[$0 - 48] == other } == nil)
    }

    @Test("The tables of a journal keep the last of several records of one key")
    func replacing() {
        let key = CallKey(hash: .init(low: 1, high: 2), occurrence: 0)
        let index = JournalIndex([.init(key, offset: 48), .init(key, offset: 99)]) { _, _ in true }
        #expect(index.count == 1)
        #expect(index.offset(of: key) { _ in true } == 99)
    }

    @Test("The tables of a journal count equal calls, among many others")
    func occurrences() {
        var random = SeededGenerator()
        let counter = OccurrenceCounter()
        var counts: [SipHash.Words: UInt32] = [:]
        for _ in 0..<50_000 {
            let word = UInt64.random(in: 0..<30_000, using: &random) << 1
            let words = SipHash.Words(low: 0, high: word &* 0x9e37_79b9_7f4a_7c14)
            let expected = counts[words, default: 0]
            counts[words] = expected + 1
            #expect(counter.next(words) == expected, "seed \(random.seed)")
        }
    }
}
