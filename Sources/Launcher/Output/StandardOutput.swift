internal import Glibc
internal import Launching
internal import Linux
internal import Processes

/// The standard output of this process, which gets the results.
enum StandardOutput {
    /// Writes bytes. Ends the process with status 1 if they cannot be written.
    static func write(_ bytes: [UInt8]) {
        guard !bytes.withUnsafeBytes({ LivingLine.shared.write($0, to: STDOUT_FILENO) }) else { return }
        // The reader has closed the pipe. Like any other program, the launcher then ends silently.
        if errno != EPIPE { Log.error("cannot write to standard output: \(SystemError.Code.last)") }
        exit(1)
    }
}
