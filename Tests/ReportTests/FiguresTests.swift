import Foundation
import Support
import Testing
import Tracing

@testable import Reports

@Suite("The figures of a run")
struct FiguresTests {
    private static func slice(
        _ worker: Int,
        _ begin: UInt64,
        _ end: UInt64,
        callable: Int = 0,
        calls: Int = 1,
        failed: Int = 0
    ) -> TraceItem {
        var slice = TraceSlice()
        (slice.worker, slice.begin, slice.end) = (worker, begin, end)
        (slice.callable, slice.calls, slice.failed) = (callable, calls, failed)
        return .slice(slice)
    }

    private static func figures(_ items: [TraceItem]) -> RunFigures {
        var figures = RunFigures()
        for item in items { figures.add(item) }
        figures.finish(TraceReader())
        return figures
    }

    @Test(
        "The figures of a run add up to its slices, however long it is",
        arguments: [1, 1_000, 1_000_000, 100_000_000]
    )
    func sums(scale: UInt64) {
        var random = SeededGenerator()
        var items: [TraceItem] = []
        var ends: [UInt64] = [0, 0, 0]
        var (calls, failed, busy) = (0, 0, UInt64(0))
        for _ in 0..<2_000 {
            let worker = Int.random(in: 0..<3, using: &random)
            let begin = ends[worker] + UInt64.random(in: 0..<100, using: &random) * scale
            let end = begin + UInt64.random(in: 0..<300, using: &random) * scale
            ends[worker] = end
            let count = Int.random(in: 1..<5, using: &random)
            let bad = Int.random(in: 0...count, using: &random)
            items.append(Self.slice(worker, begin, end, callable: count % 2, calls: count, failed: bad))
            (calls, failed, busy) = (calls + count, failed + bad, busy + end - begin)
        }
        let figures = Self.figures(items)
        #expect(figures.calls == calls, "seed \(random.seed)")
        #expect(figures.failed == failed, "seed \(random.seed)")
        #expect(figures.callables.reduce(0) { $0 + $1.calls } == calls)
        #expect(figures.callables.reduce(0) { $0 + $1.durations.counts.reduce(0, +) } == calls)
        #expect(figures.workers.reduce(0) { $0 + $1.busy } == busy)
        // The bins have all of the time, too.
        #expect(
            figures.workers.reduce(0) { $0 + $1.bins.bins.reduce(0) { $0 + $1.busy } } == busy,
            "seed \(random.seed)"
        )
        #expect(figures.workerTime.busy == busy, "seed \(random.seed)")
        #expect(figures.workerTime.total == 3 * figures.duration)
        #expect(figures.binCount <= 4096)
        #expect(figures.slices.count == 2_000)
    }

    @Test("The time of idle workers is the master's while calls are queued, and the program's otherwise")
    func limits() {
        let second: UInt64 = 1 << 30
        let figures = Self.figures([
            .queued(time: 0, 5),
            Self.slice(0, 0, second), Self.slice(1, 0, 2 * second),
            .queued(time: 2 * second, 0),
            Self.slice(0, 3 * second, 4 * second), Self.slice(1, 2 * second, 4 * second),
        ])
        let time = figures.workerTime
        #expect(time.busy == 6 * second)
        // Worker 0 is idle for a second with five calls queued, and for another one with none, up to a bin.
        #expect(time.waiting.distance(to: second).magnitude <= 2 * figures.bins.width)
        #expect(time.idle.distance(to: second).magnitude <= 2 * figures.bins.width)
    }

    @Test("The figures of a run with many workers and slices stay small")
    func bounds() {
        var figures = RunFigures()
        for number in 0..<60_000 {
            figures.add(Self.slice(number % 1_000, UInt64(number) * 1_000_000, UInt64(number) * 1_000_000 + 900_000))
        }
        figures.finish(TraceReader())
        #expect(figures.calls == 60_000)
        #expect(figures.slices.isEmpty)
        #expect(figures.binCount <= 1 << 19 / 1_000)
        #expect(figures.slowest.elements.count == 50)
        #expect(RunReport.page(figures).utf8.count < 4 << 20)
    }

    @Test("The slowest calls come first, by the time of one call")
    func slowest() {
        let figures = Self.figures([
            Self.slice(0, 0, 500, calls: 100), Self.slice(0, 500, 600), Self.slice(1, 0, 300), Self.slice(1, 300, 310),
        ])
        #expect(figures.slowest.elements.map { ($0.end - $0.begin) / UInt64($0.calls) } == [300, 100, 10, 5])
    }

    @Test("The quantiles of durations are right within a tenth")
    func quantiles() {
        var histogram = TimeHistogram()
        for time in 1...100_000 { histogram.add(UInt64(time), count: 1) }
        for share in [0.01, 0.5, 0.9, 0.99] {
            let found = Double(histogram.quantile(share))
            #expect(abs(found / (share * 100_000) - 1) < 0.13, "\(share): \(found)")
        }
        for time in [0, 1, 3, 4, 5, 1000, UInt64.max / 4] {
            var one = TimeHistogram()
            one.add(time, count: 1)
            let part = one.classes.first
            #expect(part.map { $0.begin <= time && time < $0.end } == true, "\(time)")
        }
    }

    @Test("The figures are JSON and CSV that others read")
    func formats() throws {
        var failure = TraceFailure()
        failure.message = "line\nwith \"quotes\", <script> and \u{1}"
        failure.arguments = "a,b"
        var figures = RunFigures()
        figures.add(Self.slice(0, 10, 1_000, failed: 1))
        figures.add(.failure(failure))
        figures.add(.note(name: "run", time: 0, ["command": "a </script> b"]))
        figures.add(.note(name: "end", time: 0, ["submitted": "1"]))
        figures.finish(TraceReader())
        let object = try JSONSerialization.jsonObject(with: Data(figures.json.utf8)) as? [String: Any]
        let failed = object?["failedCalls"] as? [[String: Any]]
        #expect(failed?.first?["message"] as? String == failure.message)
        #expect(object?["calls"] as? Int == 1)
        #expect(object?["complete"] as? Bool == true)
        let table = try #require(figures.tables.first { $0.name == "failed.csv" }).text
        #expect(table.contains(#""line"# + "\n" + #"with ""quotes"", <script> and "#))
        #expect(table.contains(#","a,b""#))
        // Nothing of the run can end the script that has the figures.
        let page = RunReport.page(figures)
        #expect(page.ranges(of: "</script>").count == 2)
        #expect(page.contains(#""command":"a \u003c/script> b""#))
        #expect(!page.contains("https://") && !page.contains("src="))
    }
}
