internal import CLinux
internal import Glibc
internal import Linux
internal import PluginLoading
internal import Pool
internal import Synchronization
internal import Waiting
internal import Wire
internal import Worker

/// Saves calls that have ended their worker for the last time, each in a file, and prints the command that makes the call
/// again.
///
/// It runs on the dispatcher's thread, before the call's future ends: a program that exits on the error has the file.
final class FailedCallKeeper: Sendable {
    private let directory: String
    private let language: any CallLanguage
    private static let lastNumber = Atomic(0)

    /// - Parameter directory: It is made when the first call is saved.
    init(directory: String, _ language: any CallLanguage) {
        self.directory = directory
        self.language = language
    }

    func keep(_ call: FailedCall) {
        let name = language.name(of: call.definition)
        let number = Self.lastNumber.add(1, ordering: .relaxed).newValue
        let path = "\(directory)/\(Self.fileName(name))-\(getpid())-\(number).call"
        let end = call.failure.withUnsafeBytes { language.describe(encodedFailure: $0) }
        do {
            if mkdir(directory, 0o700) != 0, errno != EEXIST { throw SystemError("cannot make '\(directory)'") }
            try FailedCallFile(callable: name, end: end, build: ProgramBuild.ofMaster, frames: call.frames).write(
                to: path
            )
        } catch {
            return Log.warning("a failed call of \(name) is not saved: \(error)")
        }
        Log.write("mpifutures: \(end); to make this call again alone: \(ProgramBuild.replayCommand(path))\n")
    }

    /// The callable's name, with other characters than letters, digits, dots and hyphens replaced.
    private static func fileName(_ name: String) -> String {
        let kept = name.utf8.prefix(100).map { byte -> UInt8 in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
            return isPlain ? byte : UInt8(ascii: "-")
        }
        return String(decoding: kept, as: UTF8.self)
    }
}

/// The program or plugin of this process, as far as saved calls need it.
package enum ProgramBuild {
    /// The identity of the build; empty if it cannot be told.
    static var ofMaster: String {
        if let plugin = Runtime.shared.launchedPlugin { return plugin.build }
        return ofExecutable
    }

    /// The identity of the executable of this process; empty if it cannot be told.
    static var ofExecutable: String { (try? ELFImage(path: OwnCommandLine.executable).identity.description) ?? "" }

    /// The variable that makes a program of its own make a saved call.
    package static let variable = "MPIFUTURES_REPLAY"

    /// Returns the command that makes a saved call again.
    static func replayCommand(_ file: String) -> String {
        let file = absolute(file)
        if let plugin = Runtime.shared.launchedPlugin {
            return words(["mpifutures", "--replay", file, plugin.path] + plugin.arguments)
        }
        if Runtime.shared.runsCalls { return words(["mpifutures", "--replay", file]) }
        return "\(variable)=\(word(file)) " + words([OwnCommandLine.executable] + OwnCommandLine.arguments.dropFirst())
    }

    private static func absolute(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func words(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

    /// Returns a word as a shell reads it.
    private static func word(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || "0123456789/._-+=:,@%".utf8.contains(byte)
        }
        if plain, !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
