internal import Glibc
internal import MPIFutures

/// A program to be run on a worker: `exec([…])` in a spec.
struct Command: RemoteCallable {
    var arguments: CommandArguments

    init(from decoder: any Decoder) throws {
        arguments = try CommandArguments(from: decoder)
        guard let name = arguments.words.first, !name.isEmpty else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: [], debugDescription: "expected the name of a program")
            )
        }
    }

    func encode(to encoder: any Encoder) throws { try arguments.encode(to: encoder) }

    func callAsFunction() throws -> CommandResult {
        try ChildProcess.run(arguments.words[0], arguments.words)
    }
}

/// A script for the shell, with its positional parameters: `sh("…", …)` in a spec.
struct ShellCommand: RemoteCallable {
    var arguments: CommandArguments

    init(from decoder: any Decoder) throws {
        arguments = try CommandArguments(from: decoder)
        guard !arguments.words.isEmpty else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: [], debugDescription: "expected a script")
            )
        }
    }

    func encode(to encoder: any Encoder) throws { try arguments.encode(to: encoder) }

    /// The corresponding program is `sh -c` (POSIX), whose `$0` is `sh`.
    func callAsFunction() throws -> CommandResult {
        let words = arguments.words
        return try ChildProcess.run("/bin/sh", ["sh", "-c", words[0], "sh"] + words.dropFirst())
    }
}

/// What a command has left: all that it wrote, and how it ended.
struct CommandResult: Codable, Hashable, Sendable {
    var output: [UInt8] = []
    var errorOutput: [UInt8] = []
    /// As `wait` reports it.
    var status: Int32 = 0

    /// What is wrong with the ending; nil if nothing is.
    var problem: String? {
        let signal = status & 0x7F
        if signal != 0 { return "was killed by signal \(signal)\(Self.name(ofSignal: signal))" }
        let code = status >> 8 & 0xFF
        return code == 0 ? nil : "exited with status \(code)"
    }

    /// Whether it was killed by a signal that ends a whole run: terminals and mpiexec send it to commands too.
    var wasInterrupted: Bool { [SIGINT, SIGTERM].contains(status & 0x7F) }

    private static func name(ofSignal number: Int32) -> String {
        let names: [Int32: String] = [
            1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV",
            13: "PIPE", 14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ", 31: "SYS",
        ]
        return names[number].map { " (SIG\($0))" } ?? ""
    }
}
