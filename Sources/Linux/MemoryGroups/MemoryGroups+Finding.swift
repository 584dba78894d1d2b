internal import CLinux
internal import Glibc

extension MemoryGroups {
    /// Finds the directory in which a process may make groups.
    ///
    /// - Parameters:
    ///   - mounts: The process's `/proc/self/mountinfo`.
    ///   - membership: The process's `/proc/self/cgroup`.
    ///   - isDelegated: Whether the system's manager has handed a group of version 2 over to its processes.
    package static func find(
        mounts: String,
        membership: String,
        isDelegated: (String) -> Bool = { clinux_is_delegated($0) }
    ) throws(Unavailable) -> MemoryGroups {
        let controlled = try directory(of: "memory", mounts: mounts, membership: membership)
        if controlled.version == .one { return try one(controlled.path) }
        return try two(controlled.path, isDelegated)
    }

    /// Finds the group of a process for a controller, such as memory.
    ///
    /// - Parameters:
    ///   - mounts: The process's `/proc/self/mountinfo`.
    ///   - membership: The process's `/proc/self/cgroup`.
    static func directory(
        of controller: Substring,
        mounts: String,
        membership: String
    ) throws(Unavailable) -> (version: Version, path: String) {
        let mounts = mounts.split(separator: "\n").compactMap { Mount($0) }
        // A controller belongs to one of the versions. A line is such as "4:memory:/user" or, for version 2, "0::/user".
        let lines = membership.split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        for line in lines where line.count == 3 && line[1].split(separator: ",").contains(controller) {
            guard let mount = mounts.first(where: { $0.type == "cgroup" && $0.options.contains(controller) }),
                let path = mount.directory(of: line[2])
            else { throw Unavailable("the \(controller) controller of control groups is not mounted") }
            return (.one, path)
        }
        guard let group = lines.first(where: { $0.count == 3 && $0[0] == "0" && $0[1].isEmpty })?[2],
            let path = mounts.lazy.filter({ $0.type == "cgroup2" }).compactMap({ $0.directory(of: group) }).first
        else { throw Unavailable("no control groups are mounted") }
        return (.two, path)
    }

    private static func one(_ directory: String) throws(Unavailable) -> MemoryGroups {
        guard access(directory, W_OK) == 0 else {
            throw Unavailable("\(directory) cannot be written (\(SystemError.Code.last))")
        }
        return MemoryGroups(version: .one, base: directory, home: directory)
    }

    private static func two(_ directory: String, _ isDelegated: (String) -> Bool) throws(Unavailable) -> MemoryGroups {
        func names(_ file: String, in directory: String) -> [Substring] {
            SystemFile.text(of: "\(directory)/\(file)").split { $0 == " " || $0 == "\n" }
        }
        func check(_ base: String) throws(Unavailable) {
            for file in ["", "/cgroup.procs"] where access(base + file, W_OK) != 0 {
                throw Unavailable("\(base)\(file) cannot be written (\(SystemError.Code.last))")
            }
        }
        // A process of this job may have divided the group before.
        if let slash = directory.lastIndex(of: "/"), directory[slash...].dropFirst() == Self.homeName {
            let parent = String(directory[..<slash])
            if names("cgroup.subtree_control", in: parent).contains("memory") {
                try check(parent)
                return MemoryGroups(version: .two, base: parent, home: directory)
            }
        }
        // Only the root group may have processes, too.
        if names("cgroup.subtree_control", in: directory).contains("memory") {
            try check(directory)
            return MemoryGroups(version: .two, base: directory, home: directory)
        }
        guard names("cgroup.controllers", in: directory).contains("memory") else {
            throw Unavailable("\(directory) has no memory controller")
        }
        guard isDelegated(directory) else {
            throw Unavailable(
                "\(directory) is not delegated; 'systemd-run --user --scope -p Delegate=yes COMMAND' runs a command "
                    + "where it is"
            )
        }
        try check(directory)
        return MemoryGroups(version: .two, base: directory, home: "\(directory)/\(Self.homeName)", mustDivide: true)
    }

    /// Moves the processes of `base` to `home`, and allows groups beside it. Several processes may do so at once.
    package func divide() throws(Unavailable) {
        guard mustDivide else { return }
        guard mkdir(home, 0o755) == 0 || errno == EEXIST else {
            throw Unavailable("cannot make \(home): \(SystemError.Code.last)")
        }
        for _ in 0..<Self.mostDivisions {
            for process in SystemFile.text(of: "\(base)/cgroup.procs").split(separator: "\n") {
                Self.write(String(process), to: "\(home)/cgroup.procs")
            }
            if Self.write("+memory", to: "\(base)/cgroup.subtree_control") { return }
        }
        throw Unavailable("cannot divide \(base): \(SystemError.Code.last)")
    }

    /// How often to try that. Processes of the group may fork others meanwhile.
    private static let mostDivisions = 20
}

/// A line of `/proc/self/mountinfo`.
private struct Mount {
    let type: Substring
    let options: [Substring]
    private let root: String
    private let place: String

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { return nil }
        root = Self.unescaped(words[3])
        place = Self.unescaped(words[4])
        type = words[dash + 1]
        options = words[dash + 3].split(separator: ",")
    }

    /// The directory of a group; nil if it is not below this mount.
    func directory(of path: Substring) -> String? {
        if root == "/" { return path == "/" ? place : place + path }
        guard path.hasPrefix(root) else { return nil }
        let rest = path.dropFirst(root.count)
        return rest.isEmpty || rest.hasPrefix("/") ? place + rest : nil
    }

    /// A path with its spaces, which the file has as octal numbers.
    private static func unescaped(_ text: Substring) -> String {
        var parts = text.split(separator: "\\", omittingEmptySubsequences: false)
        let first = parts.removeFirst()
        return parts.reduce(into: [UInt8](first.utf8)) { bytes, part in
            guard let code = UInt8(part.prefix(3), radix: 8) else {
                return bytes += Array("\\".utf8) + Array(part.utf8)
            }
            bytes.append(code)
            bytes += Array(part.dropFirst(3).utf8)
        }
        .withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
