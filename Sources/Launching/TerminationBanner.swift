/// Removes the text with which `mpiexec` reports a killed process from the output of a job.
///
/// MPICH's `mpiexec` writes that text to standard output, which belongs to the user's program, after all other output.
package struct TerminationBanner {
    private static let rule = String(repeating: "=", count: 83)
    private static let beginning = Array(
        "\n\(rule)\n=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n".utf8
    )

    /// Bytes that may be the beginning of the banner, or the banner.
    private var held: [UInt8] = []
    private var isFound = false

    package init() {}

    /// Returns the output of the processes among the bytes held back before and these. Holds back what may be the
    /// banner.
    package mutating func pass(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        held += bytes
        if isFound { return [] }
        var start = 0
        while let index = held[start...].firstIndex(of: Self.beginning[0]) {
            let rest = held[index...]
            if rest.count >= Self.beginning.count {
                if rest.starts(with: Self.beginning) {
                    isFound = true
                    return cut(at: index)
                }
            } else if Self.beginning.starts(with: rest) {
                return cut(at: index)
            }
            start = index + 1
        }
        return cut(at: held.count)
    }

    /// Ends the output. Returns the bytes that were held back and are no banner.
    package mutating func finish() -> [UInt8] { isFound ? [] : cut(at: held.count) }

    private mutating func cut(at index: Int) -> [UInt8] {
        defer { held.removeFirst(index) }
        return Array(held[..<index])
    }

    /// The banner's report of the process that was the first to end.
    package struct Report: Equatable, Sendable {
        package let processID: Int
        package let host: String
        /// The exit status, or the signal's number.
        package let code: Int
        /// The signal as `mpiexec` writes it, such as "Killed (signal 9)".
        package let signal: String?
    }

    /// The report; nil if there was no banner, or if it cannot be parsed.
    package var report: Report? {
        guard isFound else { return nil }
        let lines = String(decoding: held, as: UTF8.self).split(separator: "\n")
        func value(_ key: String) -> Substring? {
            lines.first { $0.contains(key) }.map { line in
                let end = line.firstRange(of: key).map(\.upperBound) ?? line.endIndex
                return line[end...]
            }
        }
        let place = value("PID ")?.split(separator: " ") ?? []
        guard place.count >= 4, let processID = Int(place[0]), let code = value("EXIT CODE: ").flatMap({ Int($0) })
        else { return nil }
        return Report(
            processID: processID,
            host: String(place[3]),
            code: code,
            signal: value("EXIT STRING: ").map(String.init)
        )
    }
}
