internal import CBOR
internal import Glibc
internal import Journals
internal import Linux
internal import PluginLoading
internal import Processes
internal import Wire

/// `mpifutures journal`: lists, exports or compacts a journal.
struct JournalCommand: Equatable {
    /// The first word of the command line. A plugin of that name is written as a path, `./journal`.
    static let word = "journal"

    enum Action: Equatable { case list, export, compact }

    let action: Action
    let path: String

    /// - Parameter arguments: The words behind `journal`.
    init(parsing arguments: ArraySlice<String>) throws(UsageError) {
        var action: Action?
        var paths: [String] = []
        for word in arguments {
            switch word {
            case "--export" where action == nil: action = .export
            case "--compact" where action == nil: action = .compact
            case "--export", "--compact": throw UsageError("'journal' takes one of --export and --compact, once")
            case _ where word.hasPrefix("-"): throw UsageError("unknown option '\(word)' of 'journal'")
            default: paths.append(word)
            }
        }
        guard let path = paths.first, paths.count == 1, !path.isEmpty else {
            throw UsageError("'journal' needs the name of one file")
        }
        self.action = action ?? .list
        self.path = path
    }

    /// Runs the command. Returns the exit status.
    func run() -> CInt {
        do throws(JournalError) {
            switch action {
            case .list: write(JournalSummary(try JournalSnapshot(path)).text)
            case .export:
                let journal = try JournalSnapshot(path)
                journal.forEach { callable, call in
                    let whole = journal.read(call)
                    withExtendedLifetime(whole) { write(Self.line(callable, whole ?? call, isComplete: whole != nil)) }
                }
            case .compact:
                let done = try JournalSnapshot.compact(path)
                let files = done.removedFiles
                let removed = files == 0 ? "" : "; \(files) \(files == 1 ? "file" : "files") of no record removed"
                Log.write("mpifutures: '\(path)' has \(done.after) bytes instead of \(done.before)\(removed)\n")
            }
            return 0
        } catch {
            Log.error("\(error)")
            return 2
        }
    }

    private func write(_ text: String) { StandardOutput.write(Array(text.utf8)) }

    /// Returns a call as a line of JSON.
    ///
    /// - Parameter isComplete: Whether the result is there. The file of a large one may be missing.
    private static func line(_ callable: RecordedCallable?, _ call: RecordedCall, isComplete: Bool) -> String {
        var line = "{\"callable\":\(CBORValue.text(callable?.name ?? "").json)"
        line += ",\"build\":\"\(callable.map { "\(ImageIdentity(bytes: $0.build))" } ?? "")\""
        if let arguments = call.arguments {
            let isCBOR = callable?.encoding != ValueEncoding.trivial.rawValue
            line += ",\"arguments\":\(json(arguments, isCBOR: isCBOR))"
        }
        line += ",\"occurrence\":\(call.key.occurrence)"
        if let file = call.file { line += ",\"file\":\"\(file.name)\"" }
        guard isComplete else { return line + ",\"isMissing\":true}\n" }
        let status = ResultStatus(rawValue: call.status)
        let name = status?.isFailure ?? true ? "failure" : "result"
        if call.arrays.isEmpty {
            line += ",\"\(name)\":\(json(call.result, isCBOR: status != .trivialValue))"
        } else {
            line += ",\"bytes\":\(call.byteCount)"
        }
        return line + "}\n"
    }

    /// Returns a value as JSON. A value that travels as its bytes has no other form without its type, so it is an object
    /// with these bytes in hexadecimal digits.
    private static func json(_ bytes: UnsafeRawBufferPointer, isCBOR: Bool) -> String {
        if isCBOR, let value = try? CBORValue(parsing: bytes) { return value.json }
        return "{\"hex\":\"\(ImageIdentity(bytes: Array(bytes)))\"}"
    }
}
