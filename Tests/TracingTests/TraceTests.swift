import Foundation
import Support
import Testing
import Tracing
import Waiting

@Suite("A trace")
struct TraceTests {
    private static func event(_ kind: TraceEvent.Kind, worker: UInt32 = 0, callable: UInt32 = 0) -> TraceEvent {
        var event = TraceEvent(kind)
        event.worker = worker
        event.callable = callable
        event.time = Instant.now.nanoseconds
        return event
    }

    private static func write(_ body: (Trace) -> Void) throws -> (items: [TraceItem], TraceReader) {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/trace"
        let trace = try Trace(path) { Issue.record("\($0)") }
        body(trace)
        trace.close()
        var reader = TraceReader()
        var items: [TraceItem] = []
        try reader.read(file: path) { items.append($0) }
        return (items, reader)
    }

    @Test("A trace has the workers, the callables, and every call with its numbers")
    func calls() throws {
        let (items, reader) = try Self.write { trace in
            trace.addNote("run", [("version", "1"), ("command", "a b")])
            trace.add(Self.event(.callable, callable: 3), text: "square")
            trace.add(Self.event(.worker, worker: 1), text: "worker 2 (here)")
            var sent = Self.event(.sent, worker: 1)
            sent.queued = 70
            trace.add(sent)
            var made = Self.event(.made, worker: 1, callable: 3)
            made.calls = 5
            made.failed = 2
            made.nanoseconds = 1_000
            made.queueTime = 99
            made.argumentBytes = 300
            made.resultBytes = 1 << 40
            made.earlierTries = 1
            made.endsFrame = true
            trace.add(made)
            var failed = Self.event(.failed, worker: 1, callable: 3)
            failed.isCBOR = true
            [UInt8]([0x83, 1, 2, 3]).withUnsafeBytes { trace.add(failed, text: "crashed\0by a signal", bytes: $0) }
        }
        #expect(reader.workers == ["worker 2 (here)"])
        #expect(reader.callables == ["square"])
        #expect(!reader.isTorn)
        let slices = items.compactMap { if case .slice(let slice) = $0 { slice } else { nil } }
        #expect(slices.count == 1)
        let slice = try #require(slices.first)
        #expect((slice.calls, slice.failed, slice.attempt, slice.queueTime) == (5, 2, 2, 99))
        #expect((slice.argumentBytes, slice.resultBytes, slice.end - slice.begin) == (300, 1 << 40, 1_000))
        let failures = items.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
        #expect(failures.map(\.failure) == ["crashed"])
        #expect(failures.map(\.message) == ["by a signal"])
        #expect(failures.map(\.arguments) == ["[1,2,3]"])
        #expect(items.contains { if case .queued(_, 70) = $0 { true } else { false } })
        #expect(items.contains { if case .busy(_, 1) = $0 { true } else { false } })
        let notes = items.compactMap { if case .note("run", _, let pairs) = $0 { pairs } else { nil } }
        #expect(notes == [["version": "1", "command": "a b"]])
    }

    @Test("A trace has a slow call behind quick ones of the same frame by itself, with its arguments")
    func slowCall() throws {
        let (items, _) = try Self.write { trace in
            trace.add(Self.event(.callable), text: "f")
            var made = Self.event(.made)
            made.time += 10_000_000_000
            made.calls = 101
            made.failed = 1
            made.lastHasFailed = true
            made.nanoseconds = 2_000_000_000
            Array("two".utf8).withUnsafeBytes { trace.add(made, bytes: $0) }
        }
        let slices = items.compactMap { if case .slice(let slice) = $0 { slice } else { nil } }
        #expect(slices.map(\.calls) == [100, 1])
        #expect(slices.map(\.failed) == [0, 1])
        #expect(slices.map { $0.end - $0.begin } == [1_000_000, 1_999_000_000])
        #expect(slices.map(\.arguments) == [nil, "two"])
    }

    @Test("A trace whose end is missing is read up to there")
    func torn() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/trace"
        let trace = try Trace(path) { Issue.record("\($0)") }
        trace.add(Self.event(.callable), text: "f")
        for _ in 0..<10 {
            var made = Self.event(.made)
            made.calls = 1
            trace.add(made)
        }
        trace.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var counts: Set<Int> = []
        var last = 0
        for length in 200...whole.count {
            var (reader, count) = (TraceReader(), 0)
            try whole.prefix(length).withUnsafeBytes { bytes throws in
                try reader.read(bytes, path: path) { if case .slice = $0 { count += 1 } }
            }
            #expect(count >= last)
            last = count
            counts.insert(count)
            if length == whole.count { #expect(!reader.isTorn) }
        }
        #expect(counts == Set(0...10))
    }

    @Test("A file that is no trace is refused", arguments: ["", "text", "\n\u{2}\u{8}\u{1}"])
    func foreign(content: String) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/trace"
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        var reader = TraceReader()
        #expect(throws: TraceError.self) { try reader.read(file: path) { _ in } }
    }
}
