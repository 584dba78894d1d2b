import Foundation
import Support
import Synchronization
import Wire

@testable import Journals

/// One run of a program that records its calls: each call has some bytes as arguments, and as its result.
struct RecordingRun {
    let journal: Journal
    /// What the journal has reported.
    let messages: Messages
    private let callable: Journal.Callable

    final class Messages: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    init(_ settings: JournalSettings, build: [UInt8] = [1, 2], context: UInt64 = 0) throws {
        let messages = Messages()
        self.messages = messages
        journal = try Journal(settings) { messages.add($0) }
        callable = journal.callable(
            name: "square",
            displayName: "Square",
            build: build,
            encoding: 0,
            context: SipHash.Words(low: context, high: 0)
        )
    }

    /// Makes calls. Returns the numbers of those that had to be made, and the results of all.
    func call(
        _ numbers: [UInt64],
        arraysOf arrays: [[UInt8]] = [],
        status: ResultStatus = .trivialValue,
        result: (UInt64) -> [UInt8] = { number in withUnsafeBytes(of: number &* number) { Array($0) } }
    ) -> (made: [UInt64], results: [[UInt8]]) {
        var made: [UInt64] = []
        var results: [[UInt8]] = []
        for number in numbers {
            let tickets = CallTickets(journal)
            let known = withUnsafeBytes(of: number) { journal.claim(callable, arguments: $0, tickets) }
            if let known {
                results.append(Array(known.result) + known.arrays.flatMap { [$0.code] + Array($0.bytes) })
                continue
            }
            made.append(number)
            let own = result(number)
            results.append(own + arrays.flatMap { [9] + $0 })
            let pointers = arrays.map { bytes in
                let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
                copy.copyBytes(from: bytes)
                return copy
            }
            own.withUnsafeBytes { bytes in
                journal.record(tickets, first: 0, count: 1, arrays: pointers.map { (9, UnsafeRawBufferPointer($0)) }) {
                    _ in (status, bytes)
                }
            }
            for pointer in pointers { pointer.deallocate() }
        }
        return (made, results)
    }
}

/// A journal in a directory of its own.
struct JournalPlace {
    let directory: TemporaryDirectory
    var settings: JournalSettings

    init() throws {
        directory = try TemporaryDirectory()
        settings = JournalSettings(path: "\(directory.path)/journal")
    }

    var bytes: [UInt8] {
        get throws { Array(try Data(contentsOf: URL(fileURLWithPath: settings.path))) }
    }

    func write(_ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: settings.path))
    }

    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    }

    /// Makes calls in a run of their own.
    func run(_ numbers: [UInt64], build: [UInt8] = [1, 2]) throws -> (made: [UInt64], messages: [String]) {
        let run = try RecordingRun(settings, build: build)
        let made = run.call(numbers).made
        run.journal.close()
        return (made, run.messages.all)
    }
}
