internal import CPluginForms
internal import Glibc
internal import Linux
package import PluginLoading

/// A directory that only this user may look into, and that goes away with the processes that use it, however they end.
///
/// A process that can be killed cannot promise to clean up. So a guardian does it: a shell, started beforehand, that
/// reads from a FIFO in the directory until nobody has it open for writing any more. The kernel closes it for every
/// process that ends. The guardian shares nothing with the job: no terminal, no descriptor that mpiexec waits for.
package struct PrivateDirectory: Sendable {
    /// The absolute path of the part that is for the user's files; empty at first.
    package let path: String

    private let root: String
    /// The FIFO, open for writing, and for reading too.
    let inUse: Int32

    /// Makes a directory, and starts its guardian.
    ///
    /// - Parameters:
    ///   - parent: Where; by default `TMPDIR`, or `/tmp`.
    ///   - variable: The variable with which a user names another place.
    /// - Throws: `notStaged`.
    package init(in parent: String? = nil, namedBy variable: String = "TMPDIR") throws(PluginError) {
        let parent = parent ?? Environment.temporaryDirectory
        guard let real = realpath(parent, nil) else {
            throw Self.failure(parent, errno, variable)
        }
        var template = Array((String(cString: real) + "/\(Self.prefix)XXXXXX").utf8CString)
        free(real)
        // The mode is 0700.
        guard mkdtemp(&template) != nil else { throw Self.failure(parent, errno, variable) }
        root = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        path = "\(root)/files"
        let fifo = Self.fifo(in: root)
        // The FIFO comes first: a directory that has one which nobody has open is nobody's.
        let isMade = mkfifo(fifo, S_IRUSR | S_IWUSR) == 0 && mkdir(path, S_IRWXU) == 0
        // For reading too: to open it for writing alone would wait for a reader.
        inUse = isMade ? open(fifo, O_RDWR | O_CLOEXEC) : -1
        let code = inUse >= 0 ? Self.startGuardian(of: root) : errno
        guard code == 0 else {
            if inUse >= 0 { close(inUse) }
            removeTree(root)
            throw Self.failure(parent, code, variable)
        }
    }

    /// Keeps another process's directory in place as long as this process lives.
    ///
    /// - Parameter path: What the other process has as `path`.
    /// - Returns: false if it does not exist here: another machine, or another view of its files.
    package static func keep(_ path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        return open(fifo(in: String(path[..<slash])), O_WRONLY | O_NONBLOCK | O_CLOEXEC) >= 0
    }

    /// Removes it now, guardian or not.
    package func remove() { removeTree(root) }

    /// What the directories' names begin with.
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

    private static func startGuardian(of root: String) -> Int32 {
        let words = ["sh", "-c", guardian, "mpifutures-guardian", root]
        let arguments = CStringVector(words)
        // Libraries that are to be loaded into programs, to watch them, are not meant for a shell.
        var environment = Environment.current
        environment["LD_PRELOAD"] = nil
        let variables = CStringVector(environment)
        var process: pid_t = 0
        return withExtendedLifetime((arguments, variables)) {
            cforms_spawn(
                &process,
                "/bin/sh",
                arguments.pointers,
                variables.pointers,
                fifo(in: root),
                "/dev/null",
                "/dev/null",
                nil
            )
        }
    }

    private static func failure(_ path: String, _ code: Int32, _ variable: String) -> PluginError {
        let reason = SystemError.reason(code)
        let message = "cannot make a temporary directory in \(quoted(path)): \(reason); \(variable) names another place"
        return PluginError(code: .notStaged, path: path, message: message)
    }
}
