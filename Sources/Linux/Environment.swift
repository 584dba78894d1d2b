internal import Glibc

/// The variables of a process that is to be started.
///
/// Entries are bytes: a value that is not UTF-8 reaches the child as it is.
package struct Environment: Equatable, Sendable {
    /// "NAME=VALUE", without a zero byte.
    package private(set) var entries: [[UInt8]]

    package init(entries: [String] = []) { self.entries = entries.map { Array($0.utf8) } }

    /// A copy of this process's environment.
    package static var current: Environment {
        var copy = Environment()
        var place = environ
        while let entry = place.pointee {
            copy.entries.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
            place += 1
        }
        return copy
    }

    /// Accesses a variable; nil stands for one that is not set.
    package subscript(name: String) -> String? {
        get {
            let start = Self.start(name)
            return entries.first { $0.starts(with: start) }
                .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
        }
        set {
            let start = Self.start(name)
            entries.removeAll { $0.starts(with: start) }
            if let newValue { entries.append(start + newValue.utf8) }
        }
    }

    /// The names of this process's variables.
    package static var names: [String] {
        current.entries.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self) }
    }

    private static func start(_ name: String) -> [UInt8] { Array("\(name)=".utf8) }

    /// Removes the variables whose names satisfy a condition.
    package mutating func removeAll(where condition: (ArraySlice<UInt8>) -> Bool) {
        entries.removeAll { condition($0.prefix { $0 != UInt8(ascii: "=") }) }
    }
}
