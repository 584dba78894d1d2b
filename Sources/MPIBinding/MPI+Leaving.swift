import Glibc

// These functions leave a job without MPI.
//
// They use PMI-1, the protocol between the MPICH family and its process managers, on the descriptor that the
// environment variable `PMI_FD` names.

extension MPI {
    /// Tells the process manager that this process is done, as `MPI_Finalize` does. If a process ends without that, the
    /// manager kills the whole job.
    ///
    /// Call it in place of `finalize()`, when nothing is to be sent or received any more. It releases nothing and waits
    /// for nobody, so it cannot hang as `MPI_Finalize` does. Say goodbye to the other processes before: messages that
    /// have not been received may be lost. Do not call it while another thread is inside `finalize()`, which talks to
    /// the manager, too.
    ///
    /// - Returns: Whether the manager has been told; false if the environment names no manager that uses PMI-1.
    package static func announceEnd() -> Bool {
        guard let manager, send(to: manager, "cmd=finalize\n") else { return false }
        // The manager answers. It ends the job if nobody receives its answer.
        var answer = pollfd(fd: manager, events: Int16(POLLIN), revents: 0)
        let limit: Int32 = 5000
        guard poll(&answer, 1, limit) > 0 else { return true }
        var text = [UInt8](repeating: 0, count: 256)
        _ = read(manager, &text, text.count)
        return true
    }

    /// Ends the process in place of `finalize()`, as a regular end. See `announceEnd()`. If that is not possible, this
    /// function calls `finalize()`.
    ///
    /// `atexit` handlers do not run. Flush standard output before.
    package static func leave(status: Int32) -> Never {
        if !announceEnd() { try? finalize() }
        _exit(status)
    }

    /// Asks the process manager to kill all processes of the job, this one included.
    ///
    /// Unlike `abort(code:)`, the function prints nothing, accepts a status of 0, and works in a signal handler and
    /// while an MPI call hangs. Text that was written to standard output shortly before may be lost.
    ///
    /// - Parameter status: The job's exit status, 0...255.
    /// - Returns: Only if there is no process manager that uses PMI-1, or if it does not answer.
    package static func killJob(status: Int32) {
        guard let manager else { return }
        // One write, because some managers take each for a request.
        let isSent = withKillRequest(status: status) { write($0, to: manager) == $0.count }
        guard isSent else { return }
        // The manager usually ends the job at once. If it does not, the caller goes on with its other ways to end.
        let timeout: Int32 = 5000
        poll(nil, 0, timeout)
    }

    /// Calls `body` with PMI-1's request to kill the job. The bytes are on the stack, since a signal handler must not
    /// allocate.
    package static func withKillRequest<Result>(
        status: Int32,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let start: StaticString = "cmd=abort exitcode="
        let count = start.utf8CodeUnitCount + 4
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { request in
            for index in 0..<count - 4 { request[index] = start.utf8Start[index] }
            let zero = UInt8(ascii: "0")
            request[count - 4] = zero + UInt8(clamping: status / 100 % 10)
            request[count - 3] = zero + UInt8(clamping: status / 10 % 10)
            request[count - 2] = zero + UInt8(clamping: status % 10)
            request[count - 1] = UInt8(ascii: "\n")
            return body(UnsafeRawBufferPointer(request))
        }
    }

    /// Prevents programs that this process starts from inheriting the connection to the process manager. The manager
    /// notices the death of a process only when nobody holds the connection any more.
    static func keepManager() {
        if let manager { _ = fcntl(manager, F_SETFD, FD_CLOEXEC) }
    }

    /// The descriptor of the connection to the process manager, for any protocol.
    ///
    /// The environment is read at each use, which a signal handler may do.
    private static var manager: Int32? {
        guard let text = getenv("PMI_FD") else { return nil }
        let descriptor = strtol(text, nil, 10)
        return descriptor > 0 ? Int32(clamping: descriptor) : nil
    }

    /// The descriptor of the connection to the process manager; nil if the manager does not use PMI-1.
    package static var managerDescriptor: Int32? { manager }

    private static func send(to manager: Int32, _ message: StaticString) -> Bool {
        let bytes = UnsafeRawBufferPointer(start: message.utf8Start, count: message.utf8CodeUnitCount)
        return write(bytes, to: manager) == bytes.count
    }

    /// Writes without SIGPIPE. If the manager is gone, the process must live to say why it ends.
    private static func write(_ bytes: UnsafeRawBufferPointer, to manager: Int32) -> Int {
        while true {
            var count = Glibc.send(manager, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            // Hydra's connection is a socket. That of another manager may be a pipe, whose SIGPIPE is taken back.
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
