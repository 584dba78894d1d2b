internal import CLinux
internal import Glibc
internal import Synchronization

/// A control group of one process, which limits its memory and that of all processes that it starts.
package struct MemoryGroup: Sendable {
    package let path: String
    private let version: MemoryGroups.Version

    init(path: String, version: MemoryGroups.Version) {
        self.path = path
        self.version = version
    }

    /// How many processes of the group the system has killed for want of memory; 0 if there is no such group.
    package var killCount: Int {
        let file = version == .one ? "memory.oom_control" : "memory.events"
        return OutOfMemory.killCount(in: SystemFile.text(of: "\(path)/\(file)")) ?? 0
    }

    /// Kills the processes of the group, and removes it.
    ///
    /// A process takes a moment to end. The process that watches the group removes what is left.
    package func remove() {
        guard rmdir(path) != 0, errno != ENOENT else { return }
        clinux_end_group(path, Self.removalTime)
    }

    /// How long to try that, in milliseconds.
    private static let removalTime: CInt = 20
}

/// The group that this process is in, and its limit.
package final class OwnMemoryGroup: Sendable {
    private let group: MemoryGroup
    private let home: String
    /// The file of the limit.
    private let limit: CInt
    /// What that file has for no limit.
    private let none: StaticString

    /// The group of this process, which it enters at the first use; nil if it may make none.
    package static let entered: OwnMemoryGroup? = {
        let group = try? OwnMemoryGroup(MemoryGroups.own.get())
        isEntered.store(group != nil, ordering: .releasing)
        return group
    }()

    private static let isEntered = Atomic(false)

    /// Makes a group for this process, and enters it. A process that is no child of this one removes the group if the
    /// parent of this process does not.
    private init(_ groups: MemoryGroups) throws {
        try groups.divide()
        let group = groups.group(of: getpid())
        self.group = group
        home = groups.home
        // A group of this name has been left by an earlier process with this number.
        rmdir(group.path)
        guard mkdir(group.path, 0o755) == 0 else { throw SystemError("cannot make \(group.path)") }
        func abandon(_ problem: String) -> SystemError {
            let error = SystemError("\(problem) of \(group.path)")
            MemoryGroups.write("0", to: "\(groups.home)/cgroup.procs")
            rmdir(group.path)
            return error
        }
        switch groups.version {
        case .one:
            limit = open("\(group.path)/memory.limit_in_bytes", O_WRONLY | O_CLOEXEC)
            none = "-1"
            // What does not fit would be written to disk first.
            MemoryGroups.write("0", to: "\(group.path)/memory.swappiness")
        case .two:
            limit = open("\(group.path)/memory.max", O_WRONLY | O_CLOEXEC)
            none = "max"
            MemoryGroups.write("0", to: "\(group.path)/memory.swap.max")
            // A call ends with all that it has started.
            MemoryGroups.write("1", to: "\(group.path)/memory.oom.group")
        }
        guard limit >= 0 else { throw abandon("cannot open the limit") }
        // Watched from outside of the group.
        guard clinux_watch_group(group.path) == 0 else {
            defer { close(limit) }
            throw abandon("cannot watch the end")
        }
        guard MemoryGroups.write("0", to: "\(group.path)/cgroup.procs") else {
            defer { close(limit) }
            throw abandon("cannot enter the directory")
        }
    }

    /// Limits the memory of the group. Returns false if it has more than that already.
    package func begin(_ bytes: UInt64) -> Bool {
        var bytes = bytes
        // In decimal digits, without an allocation.
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { text in
            var start = text.count
            repeat {
                start -= 1
                text[start] = UInt8(ascii: "0") + UInt8(bytes % 10)
                bytes /= 10
            } while bytes > 0
            let count = text.count - start
            return pwrite(limit, text.baseAddress.unsafelyUnwrapped + start, count, 0) == count
        }
    }

    /// Ends the limit.
    package func end() { _ = pwrite(limit, none.utf8Start, none.utf8CodeUnitCount, 0) }

    /// Runs a function outside of the group, if this process is in one, so that processes that it starts have no limit.
    package static func outside<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) {
        guard isEntered.load(ordering: .acquiring), let own = entered else { return try body() }
        let hasLeft = MemoryGroups.write("0", to: "\(own.home)/cgroup.procs")
        defer { if hasLeft { MemoryGroups.write("0", to: "\(own.group.path)/cgroup.procs") } }
        try body()
    }
}
