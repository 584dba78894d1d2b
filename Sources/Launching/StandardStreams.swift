internal import CLinux
internal import Glibc
internal import Waiting

/// Standard output and standard error under mpiexec, which reads them through pipes.
package enum StandardStreams {
    /// Has standard output go out line by line.
    ///
    /// MPICH takes its buffer away in `MPI_Init`. Every part of a line then is a message to mpiexec of its own, and
    /// lines of several ranks mix.
    package static func bufferByLines() { clinux_buffer_stdout_by_lines() }

    /// Has standard input, if it is a pipe, hold 1 MiB in place of 64 KiB.
    ///
    /// MPICH's mpiexec ends a job whose standard input is full, as it will be wherever calls are written faster than
    /// they can be made. 1 MiB is what Linux grants every user.
    package static func widenInput() { _ = fcntl(STDIN_FILENO, CInt(CLINUX_SET_PIPE_SIZE), CInt(1 << 20)) }

    /// Has standard input end at once.
    ///
    /// mpiexec gives all ranks but the first a pipe into which nobody writes: who reads it waits for ever.
    package static func endInput() {
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard nothing > 0 else { return }
        dup2(nothing, STDIN_FILENO)
        close(nothing)
    }

    /// Waits until mpiexec has taken everything, as long as it takes something: when it kills the job, it loses what
    /// is still in the pipes. May be called in a signal handler.
    package static func drain() {
        drain(STDOUT_FILENO)
        drain(STDERR_FILENO)
    }

    // Computed: a signal handler must not be the first to make a static.
    /// How long nothing may move, and how often to look.
    private static var patience: UInt64 { 1_000_000_000 }
    private static var interval: UInt32 { 500 }

    private static func drain(_ stream: CInt) {
        guard isPipe(stream) else { return }
        var lowest = CInt.max
        var lastMove = Instant.now
        while true {
            var unread: CInt = 0
            guard ioctl(stream, UInt(FIONREAD), &unread) == 0, unread > 0 else { return }
            if unread < lowest {
                lowest = unread
                lastMove = .now
            } else if Instant.now.nanoseconds(since: lastMove) > patience {
                return
            }
            usleep(interval)
        }
    }

    private static func isPipe(_ stream: CInt) -> Bool {
        var status = stat()
        return fstat(stream, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }
}
