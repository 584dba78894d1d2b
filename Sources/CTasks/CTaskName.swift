package import PluginLoading

/// The name of a C task: of a function, and perhaps of the library that it is to be found in.
///
/// On the wire it is `c:square_root`, or that and behind a NUL each the build and the path of a library, which a worker
/// loads when it meets the name.
package struct CTaskName: Hashable, Sendable {
    package static let prefix = "c:"

    /// One build of a library, and where it lies on every host.
    package struct Library: Hashable, Sendable {
        let identity: ImageIdentity
        let path: String
    }

    package let function: String
    /// Nil for the program's own plugin.
    package let library: Library?

    /// - Throws: `CTaskError` if the function's name is not one that C can have, or is that of the program.
    package init(function: String, in plugin: Plugin? = nil) throws(CTaskError) {
        try self.init(function, plugin.map { Library(identity: $0.identity, path: $0.path) })
    }

    private init(_ function: String, _ library: Library?) throws(CTaskError) {
        guard Self.isIdentifier(function) else { throw CTaskError("'\(function)' is not the name of a C function") }
        guard function != "main" else { throw CTaskError("'main' is the program, not a task") }
        self.function = function
        self.library = library
    }

    /// - Throws: `CTaskError` for a name that is not on the wire as one of a C task.
    package init(wire name: String) throws(CTaskError) {
        guard name.hasPrefix(Self.prefix) else { throw CTaskError("'\(name)' is not the name of a C task") }
        let parts = name.dropFirst(Self.prefix.count).split(separator: "\0", omittingEmptySubsequences: false)
        if parts.count == 3, let identity = ImageIdentity(parts[1]) {
            try self.init(String(parts[0]), Library(identity: identity, path: String(parts[2])))
        } else {
            try self.init(parts.joined(separator: "\0"), nil)
        }
    }

    package var wireName: String {
        Self.prefix + function + (library.map { "\0\($0.identity)\0\($0.path)" } ?? "")
    }

    private static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39 ~= first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
