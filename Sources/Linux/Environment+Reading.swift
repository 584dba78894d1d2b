internal import Glibc

/// The variables of this process.
extension Environment {
    /// Returns the value of a variable; nil if it is not set.
    package static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Returns the value of a variable; nil if it is not set, or empty.
    package static func nonEmpty(_ name: String) -> String? { Self[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Returns the value of a variable as a number; nil if it is none.
    package static func integer(_ name: String) -> Int? { Self[name].flatMap { Int($0) } }

    /// Returns the parts of a variable that colons separate, such as the directories of `PATH`, without empty ones.
    package static func list(_ name: String) -> [String] { (Self[name] ?? "").split(separator: ":").map(String.init) }

    /// Returns whether a variable is set; its value may be empty.
    package static func isSet(_ name: String) -> Bool { getenv(name) != nil }

    /// The directory for temporary files: `TMPDIR`, or `/tmp`.
    package static var temporaryDirectory: String { nonEmpty("TMPDIR") ?? "/tmp" }
}
