internal import CLinux
internal import Glibc
internal import Waiting

/// Adjusts standard input and output to mpiexec, which connects them to pipes.
package enum StandardStreams {
    /// Makes standard output line-buffered.
    ///
    /// MPICH makes it unbuffered in `MPI_Init`. Every part of a line would then be a message of its own to mpiexec, and
    /// the lines of several ranks would mix.
    package static func bufferByLines() { clinux_buffer_stdout_by_lines() }

    /// Has a crash write what standard output holds. The C library would lose a line whose end has not been printed.
    package static func keepLastOutput() { clinux_write_last_output_at_crash() }

    /// Enlarges the pipe of standard input, if it is one, from 64 KiB to 1 MiB.
    ///
    /// MPICH's mpiexec ends a job whose standard input is full. That happens wherever calls are written faster than
    /// they are made. Linux grants every user 1 MiB.
    package static func widenInput() { _ = fcntl(STDIN_FILENO, CInt(CLINUX_SET_PIPE_SIZE), CInt(1 << 20)) }

    /// Makes standard input empty.
    ///
    /// mpiexec gives every rank but the first a pipe into which nobody writes, so a read would block forever.
    package static func endInput() {
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard nothing > 0 else { return }
        dup2(nothing, STDIN_FILENO)
        close(nothing)
    }

    /// Waits until mpiexec has read all output, as long as it reads some. When it kills the job, it drops what is still
    /// in the pipes. Safe in a signal handler.
    package static func drain() {
        drain(STDOUT_FILENO)
        drain(STDERR_FILENO)
    }

    // How long to wait while mpiexec reads nothing, in nanoseconds. The property is computed, because a signal handler
    // must not be the first to initialise a static.
    private static var timeout: UInt64 { 1_000_000_000 }
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
            } else if Instant.now.nanoseconds(since: lastMove) > timeout {
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
