internal import CMPIFutures
internal import Glibc
internal import Processes
internal import Tracing
internal import Waiting

/// The trace of a launcher's run, and the report that is made of it at the end.
enum TraceOption {
    private struct Report {
        let path: String
        let trace: String
        /// Whether the trace is only there for the report.
        let removesTrace: Bool
    }

    private static let report = Locked<Report?>(nil)

    /// Takes the files that the command line names, or the environment.
    ///
    /// The variable is removed: the commands that calls start are runs of their own.
    static func take(trace: String?, report: String?) {
        unsetenv("MPIFUTURES_TRACE")
        guard let path = trace ?? report.map({ "\($0).trace" }) else { return }
        Runtime.shared.setTrace(path)
        guard let report else { return }
        Self.report.withLock { $0 = Report(path: report, trace: path, removesTrace: trace == nil) }
    }

    /// Begins the trace in the master, before its program begins. Ends the process with status 2 if that cannot be done.
    static func open() {
        do {
            guard let path = try Runtime.shared.defaultTrace else { return }
            _ = try Runtime.shared.trace(path, version: MPIFUTURES_VERSION)
        } catch {
            report.withLock { $0 = nil }
            Log.error("\(error)")
            exit(2)
        }
    }

    /// Makes the report, if there is to be one. The trace is complete.
    static func finish() {
        guard let report = report.withLock({ $0.take() }) else { return }
        var command = ReportCommand(trace: report.trace)
        command.page = report.path
        do {
            try command.write()
            if report.removesTrace { unlink(report.trace) }
        } catch let error as TraceError {
            let cause = Runtime.shared.hasLostRecords ? "its trace could not be written" : error.description
            Runtime.shared.reportLostRecords("the report '\(report.path)' is not made, because \(cause)")
            if report.removesTrace { unlink(report.trace) }
        } catch {
            let remedy = "'mpifutures report -o FILE \(report.trace)' makes the report"
            Runtime.shared.reportLostRecords("\(error); \(remedy)")
        }
    }
}
