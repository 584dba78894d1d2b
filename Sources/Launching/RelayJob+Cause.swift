internal import Transport

extension RelayJob {
    /// How a job ended, as far as that can be known.
    struct Ending {
        let end: JobProcess.End
        /// Why this process has killed it.
        var verdict: String?
        /// Whether all workers served.
        var isUp = false
        var relayID: Int?
        var report: TerminationBanner.Report?
        var crash: String?
        var lastWords: String?
        /// The worker that the report is about.
        var worker: (rank: Int, worldSize: Int)?
        let program: String

        /// Why the job is lost; one line.
        var cause: String {
            if let verdict, !verdict.isEmpty { return verdict + saying }
            if let crash { return crash }
            if let report {
                let how = report.signal.map { "was killed: \($0)" } ?? "ended with status \(report.code)"
                return "\(subject(of: report)) on \(report.host) \(how)" + (isUp ? "" : saying)
            }
            guard isUp else { return "the workers ended before they served: \(program) \(outcome)" + saying }
            if case .signaled = end { return "\(program) \(outcome)" }
            return "the workers ended with no task done to the end: \(program) \(outcome)"
        }

        private func subject(of report: TerminationBanner.Report) -> String {
            if let worker { return "worker rank \(worker.rank) of \(worker.worldSize), process \(report.processID)," }
            return report.processID == relayID
                ? "the relay of the workers, process \(report.processID)," : "process \(report.processID)"
        }

        private var outcome: String {
            switch end {
            case .exited(let status): "ended with status \(status)"
            case .signaled(let number): "was killed by signal \(number)"
            case .unknown: "ended"
            }
        }

        private var saying: String { lastWords.map { "; it said: \($0)" } ?? "" }
    }
}
