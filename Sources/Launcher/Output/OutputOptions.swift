internal import ArgumentParser
internal import Scheduling

/// The options about the output of calls and records of them. They go with `-c`, `-f` and `-`.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Begin each line of output with the call's arguments.")
    var tag = false

    @Flag(name: .customLong("line-buffer"), help: "Write lines of commands while they run.")
    var lineBuffer = false

    @Flag(name: .customLong("dry-run"), help: "Print the calls, and make none.")
    var dryRun = false

    @Option(name: .long, help: ArgumentHelp("Save the output of each call.", valueName: "dir"))
    var results: String?

    @Option(name: .long, help: ArgumentHelp("Write a line for each call that has ended.", valueName: "file"))
    var joblog: String?

    @Flag(name: .long, help: "Make no call again that the job log has.")
    var resume = false

    @Flag(name: .customLong("resume-failed"), help: "Make no call again that the job log has as a success.")
    var resumeFailed = false

    @Option(name: .long, help: ArgumentHelp("Stop before all calls were made.", valueName: "rule"))
    var halt: String?

    /// The first of these options that was given; nil if none was.
    var given: String? {
        let all = [
            ("--tag", tag), ("--line-buffer", lineBuffer), ("--dry-run", dryRun), ("--results", results != nil),
            ("--joblog", joblog != nil),
            ("--resume", resume), ("--resume-failed", resumeFailed), ("--halt", halt != nil),
        ]
        return all.first { $0.1 }?.0
    }

    /// Returns what the options say.
    func request(_ source: SpecRequest.Source) throws(UsageError) -> OutputRequest {
        var request = OutputRequest()
        request.hasTags = tag
        request.isLineBuffered = lineBuffer
        request.isDryRun = dryRun
        if let results {
            guard !results.isEmpty else { throw UsageError("--results needs the name of a directory") }
            request.results = results
        }
        if let joblog {
            guard !joblog.isEmpty else { throw UsageError("--joblog needs the name of a file") }
            request.jobLog = joblog
        }
        if resume || resumeFailed {
            let option = resume ? "--resume" : "--resume-failed"
            guard !(resume && resumeFailed) else {
                throw UsageError(
                    "--resume skips all calls of the job log, --resume-failed those that succeeded; take one"
                )
            }
            guard joblog != nil else { throw UsageError("\(option) needs the job log: add --joblog FILE") }
            request.resumption = resume ? .ended : .succeeded
        }
        if let halt {
            guard let rule = HaltRule(parsing: halt) else {
                throw UsageError("--halt is '\(halt)', but \(HaltRule.grammar)")
            }
            if rule.needsTotal, source.isRead {
                throw UsageError("--halt takes a share of all calls with -c only; give a number, such as soon,fail=10")
            }
            request.halt = rule
        }
        let recording = [("--results", results), ("--joblog", joblog), ("--halt", halt)].first { $0.1 != nil }
        if dryRun, let recording { throw UsageError("--dry-run makes no calls; leave \(recording.0) out") }
        return request
    }
}

extension SpecRequest.Source {
    /// Whether the calls are read while they are made, so that their number is not known.
    fileprivate var isRead: Bool { if case .text = self { false } else { true } }
}
