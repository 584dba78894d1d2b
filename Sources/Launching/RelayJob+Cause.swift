internal import Identities
internal import Linux
internal import Transport

extension RelayJob {
    /// What is known of how a job ended.
    ///
    /// It is also the error by which the workers are lost.
    struct JobOutcome: Error, CustomStringConvertible {
        let end: ChildProcess.End
        /// Why this process has killed the job.
        var verdict: (any Error)?
        /// Whether all workers served.
        var isUp = false
        var relayID: Int?
        var report: TerminationBanner.Report?
        /// What a worker wrote about its own end.
        var ownWords: String?
        var lastWords: String?
        /// The process of this host that was the first to end, if that was seen.
        var first: Int?
        var host = ""
        /// The worker that the report is about.
        var worker: (rank: Rank, worldSize: Int)?
        let program: String

        /// Why the job is lost; one line.
        var description: String {
            if let verdict { return "\(verdict)" + saying }
            if let ownWords { return ownWords }
            if let report, let first, first != report.processID {
                let reported = report.signal ?? "status \(report.code)"
                return "\(subject(first)) on \(host) was the first to end; mpiexec reports \(reported)"
            }
            if let report {
                let how = report.signal.map { "was killed: \($0)" } ?? "ended with status \(report.code)"
                let what = "\(subject(report.processID)) on \(report.host) \(how)"
                // Unless its death was seen, it may be one of those that mpiexec has killed after another's.
                return (first == nil && isUp ? "mpiexec reports that " : "") + what + (isUp ? "" : saying)
            }
            guard isUp else { return "the workers ended before they served: \(program) \(ending)" + saying }
            if case .signaled = end { return "\(program) \(ending)" }
            return "the workers ended with no task done to the end: \(program) \(ending)"
        }

        private func subject(_ processID: Int) -> String {
            if let worker { return "worker rank \(worker.rank) of \(worker.worldSize), process \(processID)," }
            return processID == relayID ? "the relay of the workers, process \(processID)," : "process \(processID)"
        }

        private var ending: String {
            switch end {
            case .exited(let status): "ended with status \(status)"
            case .signaled(let number): "was killed by signal \(number)"
            case .unknown: "ended"
            }
        }

        private var saying: String { lastWords.map { "; \(program) wrote: \($0)" } ?? "" }
    }
}
