import Dispatch
import Support
import Synchronization
import Testing
import Wire

@testable import Journals

@Suite("A journal", .hangGuarded)
struct JournalTests {
    private let numbers = Array<UInt64>(0..<50)

    @Test("A journal knows the calls of earlier runs, and only those")
    func resumes() throws {
        let place = try JournalPlace()
        #expect(try place.run(Array(numbers[..<20])).made == Array(numbers[..<20]))
        let second = try RecordingRun(place.settings)
        let (made, results) = second.call(numbers)
        #expect(made == Array(numbers[20...]))
        #expect(results == numbers.map { number in withUnsafeBytes(of: number * number) { Array($0) } })
        second.journal.close()
        #expect(try place.run(numbers).made == [])
        #expect(second.messages.all == [])
    }

    @Test("A journal counts equal calls, so that each has a result of its own")
    func occurrences() throws {
        let place = try JournalPlace()
        var results: [[UInt8]] = []
        for run in 0..<3 {
            let recording = try RecordingRun(place.settings)
            var next: UInt8 = 0
            let (made, all) = recording.call([7, 7, 7, 8, 7][...(run + 2)].map { $0 }) { _ in
                next += 1
                return [UInt8(run), next]
            }
            recording.journal.close()
            #expect(made.count == (run == 0 ? 3 : 1))
            #expect(all.prefix(results.count).elementsEqual(results))
            results = all
        }
        #expect(results == [[0, 1], [0, 2], [0, 3], [1, 1], [2, 1]])
    }

    @Test("A journal with results of another build makes the calls again, and says so once")
    func otherBuild() throws {
        let place = try JournalPlace()
        _ = try place.run(numbers)
        let (made, messages) = try place.run(numbers, build: [3])
        #expect(made == numbers)
        #expect(
            messages == [
                "the journal '\(place.settings.path)' has 50 results of Square of another build of its library; "
                    + "they do not count, and the calls are made again"
            ]
        )
        // Both builds are known now.
        #expect(try place.run(numbers).made == [])
        #expect(try place.run(numbers, build: [3]) == ([], []))
    }

    @Test("A journal with results in another context makes the calls again")
    func context() throws {
        let place = try JournalPlace()
        _ = try place.run(numbers)
        let run = try RecordingRun(place.settings, context: 1)
        #expect(run.call(numbers).made == numbers)
        #expect(run.messages.all.count == 1)
        run.journal.close()
    }

    @Test("A journal keeps out-of-band arrays with their results")
    func arrays() throws {
        let place = try JournalPlace()
        let arrays: [[UInt8]] = [[1, 2, 3], Array(repeating: 4, count: 100_000)]
        let first = try RecordingRun(place.settings)
        let made = first.call([1], arraysOf: arrays) { _ in [5] }
        first.journal.close()
        let second = try RecordingRun(place.settings)
        let known = second.call([1])
        #expect(known.made == [])
        #expect(known.results == made.results)
        second.journal.close()
    }

    @Test("A journal leaves failures out, unless they are asked for")
    func failures() throws {
        var place = try JournalPlace()
        for recordsFailures in [false, true] {
            // What `Pool` passes on.
            place.settings.recordsFailures = true
            let run = try RecordingRun(place.settings)
            _ = run.call([1], status: .thrown)
            run.journal.close()
            place.settings.recordsFailures = recordsFailures
            #expect(try place.run([1]).made == (recordsFailures ? [] : [1]))
            try place.write([])
        }
    }

    @Test("A journal leaves results above its limit out")
    func limit() throws {
        var place = try JournalPlace()
        place.settings.largestResult = 100
        let first = try RecordingRun(place.settings)
        _ = first.call([99, 100, 101]) { Array(repeating: 1, count: Int($0)) }
        first.journal.close()
        #expect(try place.run([99, 100, 101]).made == [101])
    }

    @Test("A journal can be used by one user at a time")
    func lock() throws {
        let place = try JournalPlace()
        let first = try RecordingRun(place.settings)
        let error = #expect(throws: JournalError.self) { try RecordingRun(place.settings) }
        #expect(error?.reason == .inUse)
        first.journal.close()
        _ = first
    }

    @Test("A journal that cannot be written says so once, and the run goes on")
    func unwritable() throws {
        var settings = JournalSettings(path: "/dev/full")
        #expect(throws: JournalError.self) { try RecordingRun(settings) }
        settings.path = "/nowhere/journal"
        let error = #expect(throws: JournalError.self) { try RecordingRun(settings) }
        #expect(error?.description.hasPrefix("cannot open the journal '/nowhere/journal': ") == true)
    }

    @Test("A file that is no journal is refused, and left as it is")
    func foreign() throws {
        let place = try JournalPlace()
        try place.write(Array("some text, which somebody needs".utf8))
        let error = #expect(throws: JournalError.self) { try RecordingRun(place.settings) }
        #expect(error?.reason == .foreign)
        #expect(try place.bytes == Array("some text, which somebody needs".utf8))
    }

    @Test("A journal of another format is set aside, and all calls are made again")
    func otherFormat() throws {
        let place = try JournalPlace()
        _ = try place.run(numbers)
        var bytes = try place.bytes
        bytes[8] = 77
        try place.write(bytes)
        let (made, messages) = try place.run(numbers)
        #expect(made == numbers)
        #expect(messages.count == 1 && messages[0].contains("has format 77"), "\(messages)")
        #expect(try place.files == ["journal", "journal.version-77"])
        #expect(try place.run(numbers).made == [])
    }

    @Test("A journal that is compacted has the same calls, without damaged bytes")
    func compacting() throws {
        let place = try JournalPlace()
        _ = try place.run(numbers)
        let done = try JournalSnapshot.compact(place.settings.path)
        #expect(done.before == done.after)
        var bytes = try place.bytes
        bytes[bytes.count / 2] ^= 1
        try place.write(bytes)
        #expect(try JournalSnapshot.compact(place.settings.path).after < done.before)
        let (made, messages) = try place.run(numbers)
        #expect(made.count == 1)
        #expect(messages == [])
        #expect(try place.files == ["journal"])
    }

    @Test("A journal takes results from many threads at once")
    func threads() throws {
        let place = try JournalPlace()
        let run = try RecordingRun(place.settings)
        let made = Atomic(0)
        // Not Swift tasks: a guarded test that awaits others stands in a queue behind tests that compute for minutes.
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            let numbers = (0..<2000).map { UInt64(thread) << 32 | $0 }
            made.add(run.call(numbers).made.count, ordering: .relaxed)
        }
        #expect(made.load(ordering: .relaxed) == 8000)
        run.journal.flush()
        var count = 0
        try JournalSnapshot(place.settings.path).forEach { _, _ in count += 1 }
        #expect(count == 8000)
        run.journal.close()
    }
}
