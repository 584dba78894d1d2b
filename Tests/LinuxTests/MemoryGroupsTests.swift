import Foundation
import Linux
import Support
import Testing

@Suite("Where groups that limit memory can be made")
struct MemoryGroupsTests {
    /// A directory that looks like a hierarchy of control groups.
    private struct Tree {
        let directory: TemporaryDirectory
        var path: String { directory.path }

        init() throws { directory = try TemporaryDirectory() }

        func add(_ group: String, _ files: [String: String] = [:]) throws {
            let place = path + group
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let usual = ["cgroup.procs": "", "cgroup.controllers": "cpu memory\n", "cgroup.subtree_control": ""]
            for (name, text) in usual.merging(files, uniquingKeysWith: { $1 }) {
                try text.write(toFile: "\(place)/\(name)", atomically: false, encoding: .utf8)
            }
        }

        func text(_ file: String) throws -> String { try String(contentsOfFile: path + file, encoding: .utf8) }

        func mounted(_ type: String, _ options: String, root: String = "/") -> String {
            "22 1 0:5 / /proc rw,nosuid - proc proc rw\n"
                + "30 22 0:26 \(root) \(path.replacing(" ", with: #"\040"#)) rw,relatime shared:4 - \(type) x \(options)\n"
        }
    }

    @Test("Groups of version 1 are made in the group of the process, if it can be written")
    func versionOne() throws {
        let tree = try Tree()
        try tree.add("/jobs/7")
        let mounts = tree.mounted("cgroup", "rw,memory")
        let membership = "5:cpu,cpuacct:/other\n4:memory:/jobs/7\n0::/\n"
        let groups = try MemoryGroups.find(mounts: mounts, membership: membership)
        #expect(groups == MemoryGroups(version: .one, base: "\(tree.path)/jobs/7", home: "\(tree.path)/jobs/7"))
        #expect(throws: MemoryGroups.Unavailable.self) {
            try MemoryGroups.find(mounts: mounts, membership: "4:memory:/jobs/8\n")
        }
        #expect(throws: MemoryGroups.Unavailable.self) {
            try MemoryGroups.find(mounts: tree.mounted("cgroup", "rw,cpu"), membership: membership)
        }
    }

    @Test("The mount of a container begins below the root of the hierarchy")
    func container() throws {
        let tree = try Tree()
        try tree.add("/inner")
        let mounts = tree.mounted("cgroup", "rw,memory", root: "/docker/1")
        let groups = try MemoryGroups.find(mounts: mounts, membership: "4:memory:/docker/1/inner\n")
        #expect(groups.base == "\(tree.path)/inner")
        #expect(try MemoryGroups.find(mounts: mounts, membership: "4:memory:/docker/1\n").base == tree.path)
        #expect(throws: MemoryGroups.Unavailable.self) {
            try MemoryGroups.find(mounts: mounts, membership: "4:memory:/docker/12\n")
        }
    }

    @Test("A group of version 2 is divided only if it was delegated, and its processes move to a group of their own")
    func versionTwo() throws {
        let tree = try Tree()
        try tree.add("/user/run.scope", ["cgroup.procs": "17\n"])
        let (mounts, membership) = (tree.mounted("cgroup2", "rw"), "0::/user/run.scope\n")
        let scope = "\(tree.path)/user/run.scope"
        let problem = #expect(throws: MemoryGroups.Unavailable.self) {
            try MemoryGroups.find(mounts: mounts, membership: membership) { _ in false }
        }
        #expect(problem?.description.contains("Delegate=yes") == true)
        let groups = try MemoryGroups.find(mounts: mounts, membership: membership) { $0 == scope }
        #expect(groups == MemoryGroups(version: .two, base: scope, home: "\(scope)/mpifutures", mustDivide: true))

        // The system makes the files of a group.
        try tree.add("/user/run.scope/mpifutures")
        try groups.divide()
        #expect(try tree.text("/user/run.scope/mpifutures/cgroup.procs") == "17")
        #expect(try tree.text("/user/run.scope/cgroup.subtree_control") == "+memory")
        // As the system then has it.
        try tree.add("/user/run.scope", ["cgroup.subtree_control": "memory\n"])
        let later = try MemoryGroups.find(mounts: mounts, membership: "0::/user/run.scope/mpifutures\n") { _ in false }
        #expect(later == MemoryGroups(version: .two, base: scope, home: "\(scope)/mpifutures"))
        #expect(later.group(of: 5).path == groups.group(of: 5).path)
    }

    @Test("Version 2 without a memory controller has no groups that limit memory")
    func noController() throws {
        let tree = try Tree()
        try tree.add("/user", ["cgroup.controllers": "cpu pids\n"])
        for (mounts, membership) in [
            (tree.mounted("cgroup2", "rw"), "0::/user\n"), (tree.mounted("tmpfs", "rw"), "0::/user\n"), ("", ""),
        ] {
            #expect(throws: MemoryGroups.Unavailable.self) {
                try MemoryGroups.find(mounts: mounts, membership: membership) { _ in true }
            }
        }
    }

    @Test("The root group of version 2 has processes and groups")
    func root() throws {
        let tree = try Tree()
        try tree.add("/", ["cgroup.subtree_control": "cpu memory\n"])
        let groups = try MemoryGroups.find(mounts: tree.mounted("cgroup2", "rw"), membership: "0::/\n") { _ in false }
        #expect(groups == MemoryGroups(version: .two, base: tree.path, home: tree.path))
    }

    @Test(
        "A group tells how many of its processes were killed for want of memory",
        arguments: [
            (MemoryGroups.Version.one, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
            (.two, "memory.events", "low 0\nhigh 0\nmax 12\noom 5\noom_kill 3\noom_group_kill 1\n"),
        ]
    )
    func killCount(version: MemoryGroups.Version, file: String, text: String) throws {
        let tree = try Tree()
        let group = MemoryGroups(version: version, base: tree.path, home: tree.path).group(of: 42)
        #expect(group.killCount == 0)
        try tree.add(String(group.path.dropFirst(tree.path.count)), [file: text])
        #expect(group.killCount == 3)
    }

    @Test("A group that has gone, and an empty one, can be removed")
    func removal() throws {
        let tree = try Tree()
        let group = MemoryGroups(version: .two, base: tree.path, home: tree.path).group(of: 42)
        group.remove()
        try FileManager.default.createDirectory(atPath: group.path, withIntermediateDirectories: false)
        group.remove()
        #expect(!FileManager.default.fileExists(atPath: group.path))
    }
}
