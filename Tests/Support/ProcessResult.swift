/// How a process ended and what it wrote.
package struct ProcessResult: Sendable {
    package let status: ExitStatus
    package let stdout: ProcessOutput
    package let stderr: ProcessOutput
    package let duration: Duration

    /// The processes of the run that still lived a second after its first one's end.
    ///
    /// They have been killed since.
    package let leftovers: [ProcessDescription]
}

extension ProcessResult: CustomStringConvertible {
    package var description: String {
        var parts = ["\(status) after \(duration)", "stdout: \(stdout)", "stderr: \(stderr)"]
        if !leftovers.isEmpty { parts.append("left over: \(leftovers)") }
        return parts.joined(separator: "\n")
    }
}

package enum ExitStatus: Sendable, Hashable {
    case exited(Int)
    case signaled(Int)
}

/// Everything that a process wrote to one of its streams.
package struct ProcessOutput: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// The lines in an order that does not depend on which process was faster.
    package var sortedLines: [String] { lines.sorted() }

    /// The text; of a long one the beginning and the end.
    package var description: String {
        let text = text
        guard text.count > 4000 else { return text }
        return "\(text.prefix(2000))\n[... \(bytes.count) bytes in all ...]\n\(text.suffix(2000))"
    }
}

package struct ProcessDescription: Sendable, Hashable, CustomStringConvertible {
    package let id: Int32
    package let commandLine: String

    package var description: String { "\(id) (\(commandLine))" }
}

/// A process did not end in time; it and all that it had started have been killed.
package struct ProcessTimeout: Error, CustomStringConvertible {
    package let command: String
    package let allowed: Duration
    /// What had happened until then.
    package let result: ProcessResult

    package var description: String { "\(command): not finished within \(allowed)\n\(result)" }
}
