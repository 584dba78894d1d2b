internal import Glibc
internal import Linux
package import PluginLoading

/// A directory that only this user can read. It is removed when the processes that use it have ended, however they end.
///
/// A process that may be killed cannot promise to clean up, so a guardian does: a shell that reads from a FIFO in the
/// directory until no process has the FIFO open for writing. The kernel closes it for every process that ends. The
/// guardian shares nothing with the job: no terminal, and no descriptor for which mpiexec waits.
package struct PrivateDirectory: Sendable {
    /// The absolute path of the part for the user's files, which is empty at first.
    package let path: String

    private let root: String
    /// The descriptor of the FIFO, open for writing and reading.
    let inUse: Int32

    /// Makes a directory, and starts its guardian.
    ///
    /// - Parameters:
    ///   - parent: The parent directory; by default `TMPDIR`, or `/tmp`.
    ///   - variable: The environment variable that names another parent directory, for errors.
    /// - Throws: `notStaged`.
    package init(in parent: String? = nil, namedBy variable: String = "TMPDIR") throws(PluginError) {
        let parent = parent ?? Environment.temporaryDirectory
        guard let real = realpath(parent, nil) else {
            throw Self.failure(parent, .last, variable)
        }
        var template = Array((String(cString: real) + "/\(Self.prefix)XXXXXX").utf8CString)
        free(real)
        // The mode is 0700.
        guard mkdtemp(&template) != nil else { throw Self.failure(parent, .last, variable) }
        root = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        path = "\(root)/files"
        let fifo = Self.fifo(in: root)
        // The FIFO is made first: `sweep` removes a directory with a FIFO that nobody has open.
        let isMade = mkfifo(fifo, S_IRUSR | S_IWUSR) == 0 && mkdir(path, S_IRWXU) == 0
        // The FIFO is opened for reading, too: opening it for writing alone would wait for a reader.
        inUse = isMade ? open(fifo, O_RDWR | O_CLOEXEC) : -1
        if let cause = inUse >= 0 ? Self.startGuardian(of: root) : .last {
            if inUse >= 0 { close(inUse) }
            removeTree(root)
            throw Self.failure(parent, cause, variable)
        }
    }

    /// Keeps another process's directory while this process lives.
    ///
    /// - Parameter path: The `path` of the other process's value.
    /// - Returns: False if the directory does not exist here: on another machine, or in another mount namespace.
    package static func keep(_ path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        return open(fifo(in: String(path[..<slash])), O_WRONLY | O_NONBLOCK | O_CLOEXEC) >= 0
    }

    /// Removes the directory now, without waiting for the guardian.
    package func remove() { removeTree(root) }

    /// The prefix of the directories' names.
    static let prefix = "mpifutures-"

    static func fifo(in root: String) -> String { "\(root)/in-use" }

    /// The FIFO's path.
    var fifo: String { Self.fifo(in: root) }

    /// The guardian kills the process group that the last line it has read names: see `run`.
    private static let guardian = """
        trap "" HUP INT QUIT TERM PIPE; cd /; group=0
        while read -r line; do group=$line; done
        if [ "$group" -gt 0 ]; then kill -s KILL -- "-$group"; fi
        for delay in 0.01 0.1 1 10; do rm -rf -- "$1" && exit; sleep $delay; done
        """

    /// Starts the guardian. Returns the cause if that fails.
    private static func startGuardian(of root: String) -> SystemError.Code? {
        let words = ["sh", "-c", guardian, "mpifutures-guardian", root]
        // Libraries that are preloaded into programs to observe them are not meant for a shell.
        var environment = Environment.current
        environment["LD_PRELOAD"] = nil
        do throws(SystemError) {
            _ = try DetachedProcess(
                "/bin/sh",
                words,
                environment: environment,
                input: fifo(in: root),
                output: "/dev/null"
            )
            return nil
        } catch {
            return error.code
        }
    }

    private static func failure(_ path: String, _ cause: SystemError.Code, _ variable: String) -> PluginError {
        PluginError(
            code: .notStaged,
            path: path,
            problem: "cannot make a temporary directory in \(quoted(path))",
            cause: cause,
            remedy: "\(variable) names another place"
        )
    }
}
