/// Reads what Open MPI's `mpiexec` writes to standard error when a process is killed.
package enum OpenMPINotice {
    /// Returns the report of the process that was the first to end; nil if the text has none.
    ///
    /// Both of these, with any line breaks, come from one version or another:
    ///
    ///     mpirun noticed that process rank 2 with PID 51 on node a exited on signal 9 (Killed).
    ///     prterun noticed that process rank 2 with PID 51 on node a exited on signal 9 (Killed).
    ///
    /// - Parameter text: The last bytes of standard error.
    package static func report(in text: String) -> TerminationBanner.Report? {
        let words = text.split(whereSeparator: \.isWhitespace)
        for start in words.indices where words[start] == "PID" && words.count - start >= 10 {
            let part = words[start..<(start + 10)].map(String.init)
            guard part[2] == "on", part[3] == "node", Array(part[5...7]) == ["exited", "on", "signal"],
                let processID = Int(part[1]), let signal = Int(part[8].prefix { $0.isNumber })
            else { continue }
            let name = part[9].filter { !"().".contains($0) }
            return TerminationBanner.Report(
                processID: processID,
                host: part[4],
                code: signal,
                signal: "\(name) (signal \(signal))"
            )
        }
        return nil
    }
}
