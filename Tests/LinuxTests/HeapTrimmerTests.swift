import Linux
import Linux
import Testing

@Suite("Memory that is free")
struct HeapTrimmerTests {
    private static let least = 1 << 20

    @Test("Memory that is free is given back if it is worth it")
    func least() {
        var trimmer = HeapTrimmer()
        #expect(trimmer.pause == nil)
        trimmer.note(Self.least - 1)
        #expect(trimmer.pause == nil)
        trimmer.note(1)
        #expect(trimmer.pause != nil)
    }

    @Test("Memory that is free is given back again after longer and longer pauses, and then no more")
    func pauses() {
        var trimmer = HeapTrimmer()
        trimmer.note(Self.least)
        var pauses: [UInt64] = []
        while let pause = trimmer.pause, pauses.count < 10 {
            pauses.append(pause)
            trimmer.noteTrim()
        }
        #expect(pauses.count == 3)
        #expect(pauses == pauses.sorted() && Set(pauses).count == 3)
        // All of that has been given back: the next time it is about what comes from now on.
        trimmer.note(Self.least - 1)
        #expect(trimmer.pause == nil)
        trimmer.note(1)
        #expect(trimmer.pause == pauses[0])
    }

    @Test("Memory that is free is left alone while there is work: the pause begins anew")
    func begunAnew() {
        var trimmer = HeapTrimmer()
        trimmer.note(Self.least)
        let first = trimmer.pause
        trimmer.noteTrim()
        #expect(trimmer.pause != first)
        trimmer.note(1)
        #expect(trimmer.pause == first)
    }
}
