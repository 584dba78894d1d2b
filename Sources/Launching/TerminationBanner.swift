/// Takes the text with which `mpiexec` reports a process that was killed out of what the processes write.
///
/// MPICH's `mpiexec` writes it to standard output, which belongs to the user's program, and after everything else.
package struct TerminationBanner {
    private static let rule = String(repeating: "=", count: 83)
    private static let beginning = Array(
        "\n\(rule)\n=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n".utf8
    )

    /// What may be the banner's beginning, or is the banner.
    private var held: [UInt8] = []
    private var isFound = false

    package init() {}

    /// Returns those of the bytes, and of the bytes held back before, that the processes have written.
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

    /// Everything has come: what was held back and is no banner.
    package mutating func finish() -> [UInt8] { isFound ? [] : cut(at: held.count) }

    private mutating func cut(at index: Int) -> [UInt8] {
        defer { held.removeFirst(index) }
        return Array(held[..<index])
    }

    /// What the banner says of the process that was the first to end.
    package struct Report: Equatable, Sendable {
        package let processID: Int
        package let host: String
        /// The exit status, or the signal's number.
        package let code: Int
        /// The signal as `mpiexec` writes it, "Killed (signal 9)" for one.
        package let signal: String?
    }

    /// Nil if there was no banner, or if it cannot be understood.
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
