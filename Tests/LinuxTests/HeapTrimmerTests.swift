import Glibc
import Linux
import Synchronization
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

    #if !ADDRESS_SANITIZER && !THREAD_SANITIZER  // They have a `malloc` of their own.
        @Test("Memory that is freed serves the next allocations, without new pages from the system")
        func keeping() throws {
            HeapTrimmer.keepFreedMemory()
            let (blocks, size) = (5, 4 << 20)
            let pages = blocks * size / 4096
            // The blocks may straddle two of the C library's heaps by chance, and a heap without blocks is unmapped. So each
            // try begins further on in the heap.
            let faults = Atomic(Int.max)
            for attempt in 1...10 where faults.load(ordering: .relaxed) >= pages {
                try Linux.Thread(name: "keeping") {
                    let distance = malloc(attempt * 7 << 20)
                    var counted = 0
                    for round in 0..<10 {
                        let before = Self.pageFaults
                        let memory = (0..<blocks).map { _ in malloc(size) }
                        for case let block? in memory { memset(block, 1, size) }
                        for block in memory { free(block) }
                        if round > 0 { counted += Self.pageFaults - before }
                    }
                    free(distance)
                    faults.store(counted, ordering: .relaxed)
                }.join()
            }
            #expect(faults.load(ordering: .relaxed) < pages)
        }

        /// The page faults of this thread. (1 is `RUSAGE_THREAD`.)
        private static var pageFaults: Int {
            var usage = rusage()
            getrusage(1, &usage)
            return usage.ru_minflt
        }
    #endif

    @Test(
        "What the user has chosen for the C library's memory stays as it is",
        arguments: [
            "MALLOC_TRIM_THRESHOLD_=1", "MALLOC_MMAP_THRESHOLD_=1", "MALLOC_TOP_PAD_=1",
            "GLIBC_TUNABLES=glibc.pthread.rseq=1:glibc.malloc.arena_max=1",
        ]
    )
    func choice(entry: String) {
        #expect(HeapTrimmer.isChosenByUser(Environment(entries: ["HOME=/", entry])))
        #expect(!HeapTrimmer.isChosenByUser(Environment(entries: ["HOME=/", "GLIBC_TUNABLES=glibc.pthread.rseq=1"])))
    }
}
