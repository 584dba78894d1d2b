internal import Glibc
internal import Linux

/// The program that started this process as a rank, found among its ancestors. Shells and wrappers may lie between.
enum RankStarter {
    /// Returns the path of the program's file; nil if it is not among the ancestors, or belongs to another user.
    static func find() -> String? {
        var process = getppid()
        for _ in 0..<32 where process > 1 {
            if let file = file(ofProcess: process), let slash = file.lastIndex(of: "/"),
                MPIFamily(starter: String(file[file.index(after: slash)...])) != nil
            {
                return file
            }
            guard let parent = parent(ofProcess: process) else { return nil }
            process = parent
        }
        return nil
    }

    private static func file(ofProcess process: pid_t) -> String? {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/\(process)/exe", &path, path.count)
        return count > 0 ? path[..<count].withUnsafeBytes { String(decoding: $0, as: UTF8.self) } : nil
    }

    private static func parent(ofProcess process: pid_t) -> pid_t? {
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &text, text.count)
        // The name is in brackets, and may have brackets itself. The state and the parent follow.
        guard count > 0, let end = text[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        return fields.count > 1 ? pid_t(String(decoding: fields[1], as: UTF8.self)) : nil
    }
}
