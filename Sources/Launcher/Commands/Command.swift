import Glibc
import MPIFutures
import PluginLoading

/// A program that runs on a worker: `exec([…])` in a spec.
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
        let lines = CommandLines { CallText(exec: arguments).tag }
        return try CommandRun.run(arguments.words[0], arguments.words, input: arguments.input, lines: lines)
    }
}

/// A shell script with positional parameters that runs on a worker: `sh("…", …)` in a spec.
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
        let shell = Array("sh".utf8)
        let file = Array("/bin/sh".utf8)
        let lines = CommandLines { CallText(sh: arguments).tag }
        guard words[0].count > CommandRun.longestWord else {
            // The `--` keeps a script that begins with a dash from being taken for an option.
            let beginning = [shell, Array("-c".utf8), Array("--".utf8), words[0], shell]
            return try CommandRun.run(file, beginning + words.dropFirst(), input: arguments.input, lines: lines)
        }
        // The script is too long for an argument, so the shell reads it from a file. The first line closes the file for
        // the programs that the script runs, and does not change the line numbers.
        let script = Array("exec 3<&-;".utf8) + words[0]
        let start = Array(". /proc/self/fd/3".utf8)
        return try CommandRun.run(
            file,
            [shell, Array("-c".utf8), start, shell] + words.dropFirst(),
            input: arguments.input,
            script: script,
            lines: lines
        )
    }
}

extension Command: NamedForUsers {
    static var displayName: String { "exec" }
}

extension ShellCommand: NamedForUsers {
    static var displayName: String { "sh" }
}

/// The result of a command: its whole output, its status, and where and when it ran.
struct CommandResult: Codable, Hashable, Sendable, FailureReporting, SelectiveOutput {
    var output: [UInt8] = []
    var errorOutput: [UInt8] = []
    /// The status in the form of `wait`.
    var status: Int32 = 0
    /// The host on which the command ran.
    var host = ""
    /// When the command began, in seconds since 1970.
    var start = 0.0
    /// How long the command ran, in seconds.
    var seconds = 0.0
    /// Whether the master of the run that made the call has had the output line by line.
    var isShown = false

    /// Describes a status that means failure; nil for success.
    var problem: String? {
        let signal = status & 0x7F
        if signal != 0 { return "was killed by signal \(signal)\(Self.name(ofSignal: signal))" }
        let code = status >> 8 & 0xFF
        return code == 0 ? nil : "exited with status \(code)"
    }

    /// Whether a signal that ends a whole run has killed the command. Terminals and mpiexec send such signals to
    /// commands too.
    var wasInterrupted: Bool { [SIGINT, SIGTERM].contains(status & 0x7F) }

    /// Whether the command has failed by itself.
    var hasFailed: Bool { problem != nil && !wasInterrupted }

    /// A command that a signal has ended with its run counts in no case.
    func counts(recordsFailures: Bool) -> Bool { problem == nil || recordsFailures && !wasInterrupted }

    private static func name(ofSignal number: Int32) -> String {
        let names: [Int32: String] = [
            1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV",
            13: "PIPE", 14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ", 31: "SYS",
        ]
        return names[number].map { " (SIG\($0))" } ?? ""
    }
}
