internal import CBOR
internal import CLinux
internal import Glibc

/// The standard input of a command, as `stdin:` gives it.
enum CommandInput: Hashable, Sendable {
    /// Text or bytes of the call.
    case content([UInt8])
    /// The path of a file on the worker's host.
    case file([UInt8])

    /// Opens the input for a command.
    func open() throws(CommandError) -> Descriptor {
        switch self {
        case .content(let bytes): return try Descriptor(holding: bytes)
        case .file(let path):
            let number = (path + [0]).withUnsafeBytes { path in
                path.withMemoryRebound(to: CChar.self) { path in
                    path.baseAddress.map { Glibc.open($0, O_RDONLY | O_CLOEXEC) } ?? -1
                }
            }
            guard number >= 0 else {
                throw CommandError("cannot read '\(String(decoding: path, as: UTF8.self))' as standard input")
            }
            return try Descriptor(number)
        }
    }
}

extension CommandInput: Codable {
    enum Key: String, CodingKey { case stdin, file }

    init(from decoder: any Decoder) throws { try self.init(decoder.container(keyedBy: Key.self)) }

    /// Reads the map `{"stdin": text}` or `{"stdin": {"file": path}}`.
    init(_ map: KeyedDecodingContainer<Key>) throws {
        if let file = try? map.nestedContainer(keyedBy: Key.self, forKey: .stdin) {
            let path = try file.decode(TextOrBytes.self, forKey: .file).bytes
            guard !path.isEmpty, !path.contains(0) else {
                throw DecodingError.dataCorruptedError(forKey: .stdin, in: map, debugDescription: "expected a path")
            }
            self = .file(path)
        } else {
            self = .content(try map.decode(TextOrBytes.self, forKey: .stdin).bytes)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: Key.self)
        switch self {
        case .content(let bytes): try map.encode(TextOrBytes(bytes: bytes), forKey: .stdin)
        case .file(let path):
            var file = map.nestedContainer(keyedBy: Key.self, forKey: .stdin)
            try file.encode(TextOrBytes(bytes: path), forKey: .file)
        }
    }
}

/// Text, or bytes where they are not UTF-8.
private struct TextOrBytes: Codable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            bytes = Array(text.utf8)
        } else if let bytes = try? container.decode([UInt8].self) {
            self.bytes = bytes
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "the standard input of a command is text, or file(\"…\")"
            )
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let text = String(validating: bytes, as: UTF8.self) {
            try container.encode(text)
        } else {
            try container.encode(bytes)
        }
    }
}
