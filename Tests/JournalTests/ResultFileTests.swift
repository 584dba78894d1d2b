import Foundation
import Support
import Testing

@testable import Journals

/// Large results in files beside a journal.
@Suite("The files beside a journal", .hangGuarded)
struct ResultFileTests {
    private let place: JournalPlace
    private let numbers = Array<UInt64>(0..<20)
    private var directory: String { "\(place.settings.path).files" }

    init() throws {
        var place = try JournalPlace()
        place.settings.filesAbove = 1000
        self.place = place
    }

    /// Even numbers have small results, odd ones large results.
    private func result(_ number: UInt64) -> [UInt8] {
        Array(repeating: UInt8(truncatingIfNeeded: number), count: number.isMultiple(of: 2) ? 1000 : 1001)
    }

    /// Makes the calls in a run of their own. Returns the numbers of those that had to be made, and the messages.
    private func run(arraysOf arrays: [[UInt8]] = []) throws -> (made: [UInt64], messages: [String]) {
        let run = try RecordingRun(place.settings)
        let (made, results) = run.call(numbers, arraysOf: arrays, result: result)
        let expected = numbers.map { result($0) + arrays.flatMap { [9] + $0 } }
        #expect(results == expected)
        run.journal.close()
        return (made, run.messages.all)
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
    }

    @Test("The files beside a journal have the large results, and later runs read them")
    func resumes() throws {
        #expect(try run().made == numbers)
        #expect(try names.count == 10)
        #expect(try place.bytes.count < 20_000)
        #expect(try run() == ([], []))
        // A later run reads them whatever its own options are.
        var other = place
        other.settings.filesAbove = nil
        let run = try RecordingRun(other.settings)
        #expect(run.call(numbers, result: result).made == [])
        run.journal.close()
    }

    @Test("The files beside a journal have out-of-band arrays, too")
    func arrays() throws {
        let arrays = [Array(repeating: UInt8(1), count: 5000), [], [3]]
        #expect(try run(arraysOf: arrays).made == numbers)
        #expect(try names.count == 20)
        #expect(try run(arraysOf: arrays) == ([], []))
    }

    @Test("The files beside a journal cost the calls of those that are missing or damaged, and one line tells")
    func damage() throws {
        _ = try run()
        let names = try names
        try FileManager.default.removeItem(atPath: "\(directory)/\(names[0])")
        // The size stays, and the content does not.
        let file = URL(fileURLWithPath: "\(directory)/\(names[1])")
        var bytes = try Data(contentsOf: file)
        bytes[500] ^= 1
        try bytes.write(to: file)
        try Data().write(to: URL(fileURLWithPath: "\(directory)/\(names[2])"))
        let (made, messages) = try run()
        #expect(made.count == 3)
        #expect(messages.count == 1)
        #expect(messages.first?.contains("is missing or damaged in '\(directory)'; calls whose files") == true)
        #expect(try self.names == names)
        #expect(try run() == ([], []))
    }

    @Test("The files beside a journal that no record names are removed when the journal is compacted")
    func orphans() throws {
        _ = try run()
        let names = try names
        // The last record has a file. Without the record the file belongs to none.
        try place.write(try place.bytes.dropLast(1))
        for name in ["unfinished", String(repeating: "0a", count: 16), "notes.txt"] {
            try Data([1]).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        #expect(try JournalSnapshot.compact(place.settings.path).removedFiles == 3)
        #expect(try self.names.count == names.count - 1 + 1)
        #expect(try self.names.contains("notes.txt"))
        #expect(try run().made == [19])
        #expect(try run() == ([], []))
        // A record whose file is missing goes, too.
        try FileManager.default.removeItem(atPath: "\(directory)/\(try self.names[0])")
        let done = try JournalSnapshot.compact(place.settings.path)
        #expect(done.after < done.before)
        let (made, messages) = try run()
        #expect(made.count == 1)
        #expect(messages == [])
    }

    @Test("The files beside a journal are read by tools, which say which of them are missing")
    func tools() throws {
        _ = try run()
        try FileManager.default.removeItem(atPath: "\(directory)/\(try names[0])")
        let journal = try JournalSnapshot(place.settings.path)
        var (whole, missing, bytes) = (0, 0, 0)
        journal.forEach { _, call in
            bytes += call.byteCount
            if journal.read(call) == nil { missing += 1 } else { whole += 1 }
        }
        #expect((whole, missing, bytes) == (19, 1, 20010))
    }

    @Test("The files beside a journal follow it when it is set aside")
    func settingAside() throws {
        _ = try run()
        var bytes = try place.bytes
        bytes[8] = 2
        try place.write(bytes)
        #expect(try run().made == numbers)
        #expect(try place.files == ["journal", "journal.files", "journal.version-2", "journal.version-2.files"])
    }
}
