internal import CPluginForms
internal import Glibc
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

    /// Makes a directory, and starts its guardian.
    ///
    /// - Parameter parent: Where; by default `TMPDIR`, or `/tmp`.
    /// - Throws: `notStaged`.
    package init(in parent: String? = nil) throws(PluginError) {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        guard let real = realpath(parent, nil) else {
            throw Self.failure(parent, errno)
        }
        var template = Array((String(cString: real) + "/mpifutures-XXXXXX").utf8CString)
        free(real)
        // The mode is 0700.
        guard mkdtemp(&template) != nil else { throw Self.failure(parent, errno) }
        root = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        path = "\(root)/files"
        guard mkdir(path, S_IRWXU) == 0, mkfifo(Self.fifo(in: root), S_IRUSR | S_IWUSR) == 0 else {
            throw giveUp(errno)
        }
        // For reading too: to open it for writing alone would wait for a reader.
        guard open(Self.fifo(in: root), O_RDWR | O_CLOEXEC) >= 0 else { throw giveUp(errno) }
        let code = startGuardian()
        guard code == 0 else { throw giveUp(code) }
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

    private static func fifo(in root: String) -> String { "\(root)/in-use" }

    private func startGuardian() -> Int32 {
        let script = #"trap "" HUP INT QUIT TERM PIPE; cd /; while read -r _; do :; done; rm -rf -- "$1""#
        let words = ["sh", "-c", script, "mpifutures-guardian", root]
        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        // Libraries that are to be loaded into programs, to watch them, are not meant for a shell.
        let environment = EnvironmentCopy(removing: "LD_PRELOAD")
        var process: pid_t = 0
        return cforms_spawn(
            &process,
            "/bin/sh",
            arguments,
            environment.vector,
            Self.fifo(in: root),
            "/dev/null",
            "/dev/null"
        )
    }

    private func giveUp(_ code: Int32) -> PluginError {
        remove()
        return Self.failure(root, code)
    }

    private static func failure(_ path: String, _ code: Int32) -> PluginError {
        let reason = String(cString: strerror(code))
        let message = "cannot make a temporary directory in \(quoted(path)): \(reason); TMPDIR names another place"
        return PluginError(code: .notStaged, path: path, message: message)
    }
}
