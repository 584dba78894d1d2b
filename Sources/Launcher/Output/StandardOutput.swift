internal import Glibc
internal import Launching
internal import Linux
internal import Processes
internal import Waiting

/// The standard output of this process, which gets the results.
enum StandardOutput {
    /// Keeps what one thread writes in one piece.
    private static let turn = Locked(())

    /// Writes bytes. Ends the process with status 1 if they cannot be written.
    static func write(_ bytes: [UInt8]) {
        if !bytes.withUnsafeBytes({ write(unlessBroken: $0) }) { exit(1) }
    }

    /// Writes bytes. Reports why if they cannot be written, and returns false.
    static func write(unlessBroken bytes: UnsafeRawBufferPointer) -> Bool {
        let cause = turn.withLock { _ -> SystemError.Code? in
            LivingLine.shared.write(bytes, to: STDOUT_FILENO) ? nil : .last
        }
        guard let cause else { return true }
        // The reader has closed the pipe. Like any other program, the launcher then ends silently.
        if cause != SystemError.Code(EPIPE) { Log.error("cannot write to standard output: \(cause)") }
        return false
    }
}
