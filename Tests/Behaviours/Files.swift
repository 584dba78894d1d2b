import Foundation

/// Files by which tasks, in whatever process, tell what they do and wait for what the test does.
///
/// The workers of all transports under test run on one machine.
package struct Scratch: Codable, Sendable {
    package let path: String

    /// A new directory, in which each behaviour makes another.
    package static func make() -> Scratch {
        var template = Array("/tmp/mpifutures-behaviours-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no directory for temporary files")
        let bytes = template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return Scratch(path: String(decoding: bytes, as: UTF8.self))
    }

    init(path: String) { self.path = path }

    package func directory(_ name: String) -> Scratch {
        let scratch = Scratch(path: "\(path)/\(name)")
        mkdir(scratch.path, 0o700)
        return scratch
    }

    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    func gate(_ name: String = "gate") -> Gate { Gate(path: "\(path)/\(name)") }
    func journal(_ name: String = "journal") -> Journal { Journal(path: "\(path)/\(name)") }
}

/// A gate, closed at first, before which tasks wait.
struct Gate: Codable, Sendable {
    let path: String

    struct NotOpened: Error, Codable {}

    func open() { close(Glibc.open(path, O_CREAT | O_WRONLY, 0o600)) }

    func wait() throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while access(path, F_OK) != 0 {
            if ContinuousClock.now > deadline { throw NotOpened() }
            pause(.milliseconds(1))
        }
    }
}

/// Lines that tasks of any process add.
struct Journal: Codable, Sendable {
    let path: String

    func note(_ line: String) {
        let file = open(path, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        // One call for each line: lines of different processes do not mix.
        var text = line + "\n"
        _ = text.withUTF8 { write(file, $0.baseAddress, $0.count) }
        close(file)
    }

    var lines: [String] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}
