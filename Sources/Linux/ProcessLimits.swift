internal import Glibc

/// How many processes this one can start, as far as limits say.
package struct ProcessLimits: Sendable {
    /// The most open files of this process.
    package var files: Int
    /// The processes and threads that may be added, and which limit says so; nil if no limit is known.
    package var threads: (count: Int, name: String)?
    /// The bytes of memory that are available; nil if that is unknown.
    package var memory: Int?

    package init(files: Int, threads: (count: Int, name: String)? = nil, memory: Int? = nil) {
        self.files = files
        self.threads = threads
        self.memory = memory
    }

    /// What one process needs.
    package struct Need: Sendable {
        /// Open files of the process that starts it.
        package var files: Int
        package var threads: Int
        /// Bytes.
        package var memory: Int

        package init(files: Int, threads: Int, memory: Int) {
            self.files = files
            self.threads = threads
            self.memory = memory
        }
    }

    /// The files that this process has open for other purposes.
    package static let otherFiles = 64

    /// Returns why so many processes cannot run, as the end of a sentence, and how many can; nil if they can.
    package func refusal(of count: Int, _ need: Need) -> (reason: String, most: Int)? {
        // No host has more, and its multiples are numbers.
        let count = min(count, 1 << 32)
        if let memory, count > memory / need.memory {
            let (wanted, left) = (Self.gigabytes(count * need.memory), Self.gigabytes(memory))
            return ("need \(wanted) GB of memory, and \(left) GB are available", memory / need.memory)
        }
        if let threads, count > threads.count / need.threads {
            return (
                "are \(count * need.threads) threads, and \(threads.count) more may run (\(threads.name))",
                threads.count / need.threads
            )
        }
        let most = (files - Self.otherFiles) / need.files
        guard count > most else { return nil }
        let wanted = count * need.files + Self.otherFiles
        return ("need \(wanted) open files, and this process may have \(files) (ulimit -n)", max(0, most))
    }

    private static func gigabytes(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000_000) / 100_000_000
        return tenths >= 100 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// The limits of this process. Its limit of open files is raised for `count` processes, as far as it may be.
    package static func own(for count: Int, _ need: Need) -> ProcessLimits {
        let files = min(count, 1 << 32) * need.files + otherFiles
        return ProcessLimits(files: raiseFiles(to: files), threads: threadsLeft, memory: memoryLeft)
    }

    private static func raiseFiles(to wanted: Int) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return .max }
        if limit.rlim_cur < UInt(wanted) {
            var raised = limit
            raised.rlim_cur = min(UInt(wanted), limit.rlim_max)
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    private static var threadsLeft: (count: Int, name: String)? {
        var limits: [(count: Int, name: String)] = []
        for name in ["threads-max", "pid_max"] {
            if let count = number("/proc/sys/kernel/\(name)") { limits.append((count, "kernel.\(name)")) }
        }
        // It is not kept for root.
        var limit = rlimit()
        if geteuid() != 0, getrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &limit) == 0 {
            limits.append((Int(clamping: limit.rlim_cur), "ulimit -u"))
        }
        // Each group above this process's may have a limit, too.
        let group = try? MemoryGroups.directory(
            of: "pids",
            mounts: MemoryGroups.mounts,
            membership: MemoryGroups.membership
        )
        var directory = group?.path[...] ?? ""
        while !directory.isEmpty, access("\(directory)/cgroup.procs", F_OK) == 0 {
            if let most = number("\(directory)/pids.max") {
                limits.append((most - (number("\(directory)/pids.current") ?? 0), "\(directory)/pids.max"))
            }
            directory = directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)]
        }
        return limits.min { $0.count < $1.count }
    }

    private static var memoryLeft: Int? {
        let lines = SystemFile.text(of: "/proc/meminfo").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// The number that is all of a file; nil for other text, such as "max".
    private static func number(_ path: String) -> Int? {
        Int(SystemFile.text(of: path).prefix { $0 != "\n" })
    }
}
