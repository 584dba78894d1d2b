internal import Glibc
internal import Launching
internal import Linux
internal import Pool
internal import Scheduling
package import Tracing
internal import Waiting
internal import Worker

/// The traces that this process writes. They are complete when the process ends.
extension Runtime {
    /// A trace, and the path that executors name.
    struct OpenTrace {
        let path: String
        let trace: Trace
    }

    /// Sets the trace of all executors that have none of their own.
    package func setTrace(_ path: String) { state.withLock { $0.trace = path } }

    /// The trace of executors that have none of their own: that of the launcher, or else of the environment. Tasks and
    /// workers have none.
    package var defaultTrace: String? {
        get throws {
            guard TaskScope.current == nil, !WorkerRole.isWorker else { return nil }
            return try state.withLock { $0.trace } ?? Settings.fromEnvironment().trace
        }
    }

    /// Returns a trace, which is begun if this process has not done so before.
    ///
    /// - Throws: `TraceError`
    package func trace(_ path: String, version: String) throws(TraceError) -> Trace {
        try traces.withLock { traces throws(TraceError) in
            if let known = traces.first(where: { $0.path == path }) { return known.trace }
            let trace = try Trace(path) { [self] in reportLostRecords($0) }
            trace.addNote("run", Self.settings(version))
            traces.append(OpenTrace(path: path, trace: trace))
            return trace
        }
    }

    /// Waits until all calls that have ended are in their traces.
    package func flushTraces() {
        for open in traces.withLock({ $0 }) { open.trace.flush() }
    }

    /// Completes all traces.
    func closeTraces() {
        let open = traces.withLock { traces in
            defer { traces = [] }
            return traces
        }
        guard !open.isEmpty else { return }
        let totals = Self.totals
        for open in open {
            open.trace.addNote("end", totals)
            open.trace.close()
        }
    }

    /// What a reader of the trace should know about the run.
    private static func settings(_ version: String) -> [(key: String, value: String)] {
        var pairs = [
            (key: "version", value: version),
            (key: "command", value: OwnCommandLine.arguments.joined(separator: " ")),
            (key: "host", value: HostName.current),
            (key: "processors", value: "\(sysconf(CInt(_SC_NPROCESSORS_ONLN)))"),
            (key: "began", value: "\(time(nil))"),
        ]
        for name in Environment.names where name.hasPrefix("MPIFUTURES_") {
            pairs.append((key: name, value: Environment[name] ?? ""))
        }
        return pairs
    }

    /// What has become of all calls of this process.
    private static var totals: [(key: String, value: String)] {
        let tasks = RunTotals.shared.tasks
        return [
            ("submitted", tasks.submitted), ("finished", tasks.finished), ("failed", tasks.failures.total),
            ("cancelled", tasks.cancelled), ("retried", tasks.retried), ("recalled", tasks.recalled),
        ].map { (key: $0.0, value: "\($0.1)") }
    }
}
