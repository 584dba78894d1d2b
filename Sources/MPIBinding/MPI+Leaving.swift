import Glibc

// Ways out of a job that do not go through MPI.
//
// They speak PMI-1, the protocol between the MPICH family and its process managers, on the
// descriptor that the environment names in `PMI_FD`.

extension MPI {
    /// Tells the process manager that this process is done, as `MPI_Finalize` would tell it; a
    /// process that ends without that has the whole job killed.
    ///
    /// In place of `finalize()`, when nothing is to be sent or received any more. Nothing is cleaned
    /// up and nobody is waited for, so it cannot hang as `MPI_Finalize` does. Say goodbye to the
    /// other processes first: what has not been received by then may be lost. Not while another
    /// thread is inside `finalize()`, which speaks to the manager too.
    ///
    /// - Returns: Whether the manager has been told. Where the environment shows none that speaks
    ///   PMI-1, it has not.
    package static func announceEnd() -> Bool {
        guard let manager, send(to: manager, "cmd=finalize\n") else { return false }
        // The manager answers, and ends the job if nobody is there to be answered.
        var answer = pollfd(fd: manager, events: Int16(POLLIN), revents: 0)
        let limit: Int32 = 5000
        guard poll(&answer, 1, limit) > 0 else { return true }
        var text = [UInt8](repeating: 0, count: 256)
        _ = read(manager, &text, text.count)
        return true
    }

    /// Leaves the process in place of `finalize()`, as a regular end. See `announceEnd()`; where that
    /// is not possible, this calls `finalize()`.
    ///
    /// `atexit` handlers do not run: flush standard output before.
    package static func leave(status: Int32) -> Never {
        if !announceEnd() { try? finalize() }
        _exit(status)
    }

    /// Has the process manager kill all processes of the job, this one included.
    ///
    /// Unlike `abort(code:)` it prints nothing, knows a status of 0, and works in a signal handler and
    /// beside an MPI call that hangs. What was written to standard output shortly before may be lost.
    ///
    /// - Parameter status: The job's exit status, 0...255.
    /// - Returns: Only where there is no process manager that speaks PMI-1, or if it does not answer.
    package static func killJob(status: Int32) {
        guard let manager else { return }
        let digits = (UInt8(status / 100 % 10), UInt8(status / 10 % 10), UInt8(status % 10))
        let zero = UInt8(ascii: "0")
        // Written in pieces: a signal handler must not allocate.
        var number = (zero + digits.0, zero + digits.1, zero + digits.2, UInt8(ascii: "\n"))
        guard send(to: manager, "cmd=abort exitcode=") else { return }
        _ = withUnsafeBytes(of: &number) { write($0, to: manager) }
        // It does not take long; if it does, the caller goes on with what it has left.
        let patience: Int32 = 5000
        poll(nil, 0, patience)
    }

    /// Has the programs that this process starts not inherit the line to the process manager, which notices the death of a
    /// process only when nobody holds that line any more.
    static func keepManager() {
        if let manager { _ = fcntl(manager, F_SETFD, FD_CLOEXEC) }
    }

    /// The descriptor on which the process manager listens.
    ///
    /// Read from the environment at each call, which a signal handler may do.
    private static var manager: Int32? {
        guard let text = getenv("PMI_FD") else { return nil }
        let descriptor = strtol(text, nil, 10)
        return descriptor > 0 ? Int32(clamping: descriptor) : nil
    }

    /// The descriptor of this process's line to its process manager, if that speaks PMI-1.
    package static var managerDescriptor: Int32? { manager }

    private static func send(to manager: Int32, _ message: StaticString) -> Bool {
        let bytes = UnsafeRawBufferPointer(start: message.utf8Start, count: message.utf8CodeUnitCount)
        return write(bytes, to: manager) == bytes.count
    }

    /// Writes without SIGPIPE: a manager that is gone must not take the process before it has said why it ends.
    private static func write(_ bytes: UnsafeRawBufferPointer, to manager: Int32) -> Int {
        while true {
            var count = Glibc.send(manager, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            // Hydra's line is a socket; another manager's may be a pipe, whose signal is taken back.
            if count < 0, errno == ENOTSOCK { count = writeWithoutSignal(bytes, to: manager) }
            if count < 0, errno == EINTR { continue }
            return count
        }
    }

    private static func writeWithoutSignal(_ bytes: UnsafeRawBufferPointer, to manager: Int32) -> Int {
        var (signals, former, pending) = (sigset_t(), sigset_t(), sigset_t())
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        sigpending(&pending)
        let wasPending = sigismember(&pending, SIGPIPE) == 1
        pthread_sigmask(SIG_BLOCK, &signals, &former)
        let count = Glibc.write(manager, bytes.baseAddress, bytes.count)
        let cause = errno
        if count < 0, cause == EPIPE, !wasPending {
            var none = timespec()
            sigtimedwait(&signals, nil, &none)
        }
        pthread_sigmask(SIG_SETMASK, &former, nil)
        errno = cause
        return count
    }
}
