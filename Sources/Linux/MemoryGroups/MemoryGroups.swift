internal import Glibc

/// The directory in which this process may make control groups that limit memory.
///
/// A group belongs to one runner. The runner makes it, because only calls with a memory limit need one. The process that
/// started the runner finds it by its name, and removes it.
package struct MemoryGroups: Equatable, Sendable {
    /// The version of the control groups.
    package enum Version: Int, Sendable { case one = 1, two }

    package let version: Version
    /// The directory in which groups are made.
    package let base: String
    /// The group of the processes that have none of their own.
    package let home: String

    /// Whether `base` has processes. They must move to `home` first, because a group of version 2 has either processes
    /// or groups with limits.
    let mustDivide: Bool

    /// Why no groups can be made.
    package struct Unavailable: Error, Equatable, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// With `off` this variable keeps processes from making groups.
    package static let variable = "MPIFUTURES_MEMORY_GROUPS"

    /// The groups of this process, or why it can make none. It is looked up once.
    package static let own = Result<MemoryGroups, Unavailable> { () throws(Unavailable) in
        if Environment[variable] == "off" { throw Unavailable("\(variable) is off") }
        return try find(mounts: mounts, membership: membership)
    }

    /// The mounts of this process, for `find` and `directory(of:mounts:membership:)`.
    static var mounts: String { SystemFile.text(of: "/proc/self/mountinfo") }

    /// The groups that this process is in, for the same. They may change.
    static var membership: String { SystemFile.text(of: "/proc/self/cgroup") }

    package init(version: Version, base: String, home: String, mustDivide: Bool = false) {
        self.version = version
        self.base = base
        self.home = home
        self.mustDivide = mustDivide
    }

    /// The name of the group that processes of a divided group of version 2 move to.
    static let homeName = "mpifutures"

    /// The group of a process.
    ///
    /// The name has the number of the PID namespace: processes of several containers may have one directory in common.
    package func group(of process: CInt) -> MemoryGroup {
        MemoryGroup(path: "\(base)/mpifutures-\(Self.namespace)-\(process)", version: version)
    }

    private static let namespace: String = {
        var target = [UInt8](repeating: 0, count: 64)
        let count = readlink("/proc/self/ns/pid", &target, target.count)
        let text = String(decoding: target[..<max(0, count)], as: UTF8.self)
        return String(text.filter(\.isNumber))
    }()

    /// Writes to a file of the system that exists. Returns whether that has succeeded; `errno` says why not.
    @discardableResult
    static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let bytes = Array(text.utf8)
        return Glibc.write(file, bytes, bytes.count) == bytes.count
    }
}
