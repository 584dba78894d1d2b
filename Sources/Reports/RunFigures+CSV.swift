internal import Tracing

extension RunFigures {
    /// The figures as tables, each with the name of a file, in CSV as RFC 4180 has it.
    package var tables: [(name: String, text: String)] {
        [
            ("callables.csv", callableTable), ("workers.csv", workerTable),
            ("slowest.csv", table(of: slowest.elements)),
            ("largest.csv", table(of: largest.elements)), ("failed.csv", failureTable), ("usage.csv", usageTable),
        ]
    }

    private static func csv(_ header: [String], _ rows: [[String]]) -> String {
        ([header] + rows).map { row in row.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func seconds(_ nanoseconds: UInt64) -> String {
        let digits = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000).\(String(repeating: "0", count: 9 - digits.count))\(digits)"
    }

    private var callableTable: String {
        Self.csv(
            [
                "callable", "calls", "failed", "again", "seconds", "mean", "shortest", "median", "p90", "p99",
                "longest",
                "mean_queue_time", "argument_bytes", "result_bytes",
            ],
            callables.indices.filter { callables[$0].calls > 0 }.map { index in
                let callable = callables[index]
                let count = UInt64(max(1, callable.calls))
                let times = [
                    callable.time, callable.time / count, callable.shortest, callable.quantile(0.5),
                    callable.quantile(0.9), callable.quantile(0.99), callable.longest,
                    callable.queueTime / count,
                ]
                return [name(ofCallable: index), "\(callable.calls)", "\(callable.failed)", "\(callable.again)"]
                    + times.map { Self.seconds($0) } + ["\(callable.argumentBytes)", "\(callable.resultBytes)"]
            }
        )
    }

    private var workerTable: String {
        Self.csv(
            ["worker", "calls", "failed", "busy_seconds"],
            workers.enumerated().map { index, worker in
                [name(ofWorker: index), "\(worker.calls)", "\(worker.failed)", Self.seconds(worker.busy)]
            }
        )
    }

    private func table(of slices: [TraceSlice]) -> String {
        Self.csv(
            [
                "begin", "seconds", "calls", "callable", "worker", "queue_time", "argument_bytes", "result_bytes",
                "arguments",
            ],
            slices.map { slice in
                [
                    Self.seconds(slice.begin), Self.seconds(slice.end - min(slice.end, slice.begin)), "\(slice.calls)",
                    name(ofCallable: slice.callable), name(ofWorker: slice.worker), Self.seconds(slice.queueTime),
                    "\(slice.argumentBytes)", "\(slice.resultBytes)", slice.arguments ?? "",
                ]
            }
        )
    }

    private var failureTable: String {
        Self.csv(
            ["time", "callable", "worker", "try", "failure", "message", "arguments"],
            failures.map { failure in
                [
                    Self.seconds(failure.time), name(ofCallable: failure.callable), name(ofWorker: failure.worker),
                    "\(failure.attempt)", failure.failure, failure.message, failure.arguments ?? "",
                ]
            }
        )
    }

    private var usageTable: String {
        Self.csv(
            ["begin", "busy", "waiting_for_master", "idle", "queued_least", "queued_most"],
            (0..<binCount).map { bin in
                let time = workerTime(inBin: bin)
                let queued = bin < queue.bins.count ? queue.bins[bin] : QueueBins.Bin()
                return [
                    Self.seconds(UInt64(bin) * bins.width), Self.seconds(time.busy), Self.seconds(time.waiting),
                    Self.seconds(time.idle), "\(queued.least == .max ? 0 : queued.least)", "\(queued.most)",
                ]
            }
        )
    }
}
