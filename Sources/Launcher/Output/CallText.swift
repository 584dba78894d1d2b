internal import CBOR
internal import MPIFutures
internal import Specs

/// A call as text, for people and for logs.
struct CallText {
    /// The call as a command of a shell, if it is `sh` or `exec`, and otherwise as a spec has it.
    let command: [UInt8]
    /// The arguments, with spaces between them: those of the script or program of a command.
    let tag: [UInt8]
    /// The size of the standard input that the call itself has, in bytes.
    let inputSize: Int

    init(_ form: any CallableForm, _ arguments: [UInt8]) {
        if form.runsCommands, let words = try? CBORDecoder().decode(CommandArguments.self, from: arguments) {
            self.init(form.name, words)
        } else {
            self.init(form.name, encoded: arguments)
        }
    }

    init(sh arguments: CommandArguments) { self.init("sh", arguments) }
    init(exec arguments: CommandArguments) { self.init("exec", arguments) }

    private init(_ name: String, encoded arguments: [UInt8]) {
        let value = arguments.withUnsafeBytes { try? CBORValue(parsing: $0) } ?? .null
        var (parts, values): ([String], [CBORValue]) = ([], [])
        switch value {
        case .array(let elements):
            parts = elements.map(\.json)
            values = elements
        case .map(let entries):
            for entry in entries {
                if case .text(let label) = entry.key { parts.append("\(label): \(entry.value.json)") }
                values.append(entry.value)
            }
        default: break
        }
        command = Array("\(name)(\(parts.joined(separator: ", ")))".utf8)
        tag = Array(values.map(Self.shown).joined(separator: [UInt8(ascii: " ")]))
        inputSize = 0
    }

    private init(_ name: String, _ arguments: CommandArguments) {
        let words = arguments.words
        let isPlainScript = name == "sh" && words.count == 1
        var command =
            isPlainScript
            ? words[0]
            : name == "sh"
                ? ShellWord.join([Array("sh".utf8), Array("-c".utf8), words[0], Array("sh".utf8)] + words.dropFirst())
                : ShellWord.join(words)
        var size = 0
        switch arguments.input {
        case .content(let bytes): size = bytes.count
        case .file(let path): command += Array(" <".utf8) + ShellWord.quote(path)
        case nil: break
        }
        self.command = command
        tag = isPlainScript ? words[0] : Array(words.dropFirst().joined(separator: [UInt8(ascii: " ")]))
        inputSize = size
    }

    private static func shown(_ value: CBORValue) -> [UInt8] {
        switch value {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: Array(value.json.utf8)
        }
    }
}

extension CallableForm {
    /// Whether calls run commands, so that their results are `CommandResult`.
    var runsCommands: Bool { self is CommandForm<ShellCommand> || self is CommandForm<Command> }
}
