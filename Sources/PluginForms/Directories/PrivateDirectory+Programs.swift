internal import Glibc
internal import Linux

extension PrivateDirectory {
    /// Runs a program that works in the directory, and waits for its end.
    ///
    /// The program does not outlive its use. If this process is killed, the guardian kills the program's process group
    /// before it removes the directory. For that a shell tells the guardian its own ID, then becomes the program. When
    /// the program ends, this function kills the rest of its group.
    ///
    /// - Parameters:
    ///   - words: The program's path and its arguments.
    ///   - output: The file to which the program's output and errors are appended.
    ///   - note: Called with the ID of the process, which is that of its group, and with 0 once the ID may belong to
    ///     another process.
    /// - Returns: The status that `waitpid` gives, or an error number if the program cannot be started.
    func run(
        _ words: [String],
        environment: Environment,
        output: String,
        note: (pid_t) -> Void
    ) -> (status: Int32, failure: SystemError.Code?) {
        let shell = ["sh", "-c", #"echo "$$" >&3; exec 3>&-; exec "$@""#, "sh"]
        let process: DetachedProcess
        do throws(SystemError) {
            process = try DetachedProcess(
                "/bin/sh",
                shell + words,
                environment: environment,
                input: "/dev/null",
                output: output,
                note: fifo
            )
        } catch {
            return (0, error.code)
        }
        note(process.id)
        process.waitForEnd()
        // The group is killed while the zombie exists: afterwards the ID may be another's.
        kill(-process.id, SIGKILL)
        note(0)
        _ = write(inUse, "0\n", 2)
        return (process.takeStatus(), nil)
    }

    /// Removes directories in `parent` of processes that were killed together with their guardians.
    ///
    /// Only directories that are older than an hour are removed. On a disk that several hosts share, this host cannot
    /// tell whether another host uses a directory.
    static func sweep(_ parent: String) {
        guard let stream = opendir(parent) else { return }
        defer { closedir(stream) }
        let now = time(nil)
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(prefix) else { continue }
            let root = "\(parent)/\(name)"
            var status = stat()
            guard lstat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
                now - status.st_mtim.tv_sec > 3600
            else { continue }
            let descriptor = open(fifo(in: root), O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            if descriptor >= 0 {
                close(descriptor)
            } else if errno == ENXIO || errno == ENOENT {
                removeTree(root)
            }
        }
    }
}
