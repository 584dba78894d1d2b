// The calls of Tests/InstallTests/OptionTests.swift: in a library, so that workers can do without the program.
//
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
import Glibc
import MPIFutures

/// What a worker finds around it.
public struct Surroundings: RemoteCallable {
    public init() {}

    public func callAsFunction() -> [String: String] {
        [
            "program": (realpath("/proc/self/exe", nil).map { String(cString: $0) } ?? "?"),
            "name": CommandLine.arguments.first ?? "?",
            "arguments": CommandLine.arguments.dropFirst().map {
                $0.split(separator: "\n", omittingEmptySubsequences: false)
            }
            .map { $0.joined(separator: "<newline>") }.joined(separator: "|"),
            "directory": getcwd(nil, 0).map { String(cString: $0) } ?? "?",
            "path": variable("MPIFUTURES_PATH"),
            "variable": variable("OPTION_TEST"),
            "numbers": variable("OPTION_TEST_NUMBERS"),
            "backoff": variable("MPIFUTURES_BACKOFF"),
            "heartbeat": variable("MPIFUTURES_HEARTBEAT"),
            "global": (try? global("name", as: String.self)) ?? "none",
            "main": isMapped("options") ? "present" : "absent",
        ]
    }

    private func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "none" }

    /// Whether the program or its library is in the process.
    private func isMapped(_ name: String) -> Bool {
        guard let maps = fopen("/proc/self/maps", "re") else { return false }
        defer { fclose(maps) }
        var line = [CChar](repeating: 0, count: 8192)
        while fgets(&line, CInt(line.count), maps) != nil {
            let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 && $0 != 10 }, as: UTF8.self) }
            if text.hasSuffix("/\(name)") || text.hasSuffix("/lib\(name).so") { return true }
        }
        return false
    }
}

/// Needs some memory.
public struct Grow: RemoteCallable {
    var bytes: Int

    public init(bytes: Int) { self.bytes = bytes }

    public func callAsFunction() -> Int { [UInt8](repeating: 1, count: bytes).count }
}

/// Says which process it runs in.
public struct ProcessNumber: RemoteCallable {
    public init() {}

    public func callAsFunction() -> Int { Int(getpid()) }
}

/// Says which file is the standard output.
public struct StandardOutput: RemoteCallable {
    public init() {}

    public func callAsFunction() -> [UInt64] {
        var status = stat()
        return fstat(STDOUT_FILENO, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : []
    }
}

/// Throws the first time: then it leaves a file.
public struct ThrowOnce: RemoteCallable {
    struct First: Error {}

    var file: String

    public init(file: String) { self.file = file }

    public func callAsFunction() throws -> String {
        if open(file, O_CREAT | O_EXCL | O_WRONLY, 0o600) >= 0 { throw First() }
        return "made again"
    }
}

/// Kills its worker the first time: then it leaves a file.
public struct DieOnce: RemoteCallable {
    var file: String

    public init(file: String) { self.file = file }

    public func callAsFunction() -> String {
        let descriptor = open(file, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        if descriptor >= 0 { kill(getpid(), SIGKILL) }
        return "came back"
    }
}

/// Never ends by itself. On SIGTERM it leaves a file and ends its worker.
public struct Dawdle: RemoteCallable {
    var note: String

    public init(note: String) { self.note = note }

    nonisolated(unsafe) private static var path: UnsafeMutablePointer<CChar>?

    public func callAsFunction() -> Int {
        Self.path = strdup(note)
        signal(SIGTERM) { _ in
            if let path = Dawdle.path { close(open(path, O_CREAT | O_WRONLY, 0o600)) }
            _exit(0)
        }
        while true { pause() }
    }
}
