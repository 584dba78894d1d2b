internal import CLinux
internal import Glibc
internal import Identities
internal import Linux

/// Where the standard streams of the runners of one process go.
///
/// Standard error passes the thread that watches the runners, which keeps the last lines. Standard output does so only
/// if its lines are labelled. Otherwise runners write to the standard output of this process themselves, so that what a
/// call has printed is there when its result is.
final class RunnerStreams: Sendable {
    let errors = StreamOutput(STDERR_FILENO)
    let output = StreamOutput(STDOUT_FILENO)
    private let label: (@Sendable (WorkerID) -> String)?

    /// - Parameter label: Returns the text before each line of a worker; nil for none.
    init(label: (@Sendable (WorkerID) -> String)?) { self.label = label }

    /// Whether standard output is read from the runners.
    var readsOutput: Bool { label != nil }

    func errors(of worker: WorkerID, from descriptor: CInt) -> RunnerStream {
        RunnerStream(descriptor, to: errors, label: label?(worker) ?? "", keepsLastLines: true)
    }

    func output(of worker: WorkerID, from descriptor: CInt) -> RunnerStream {
        RunnerStream(descriptor, to: output, label: label?(worker) ?? "", keepsLastLines: false)
    }

    /// The streams of this process that take no more for now, to be polled for writing.
    var blocked: [CInt] { [errors, output].filter { !$0.isEmpty }.map(\.descriptor) }

    /// Writes as much as can be written without a wait.
    func flush() {
        errors.flush()
        output.flush()
    }

    /// Writes everything, and waits if it must.
    func finish() {
        errors.finish()
        output.finish()
    }
}

/// The two sides of a runner's standard streams.
struct RunnerStreamEnds {
    /// Standard input, output and error of the runner.
    let ofRunner: [CInt]
    /// Where standard error is read.
    let errors: CInt
    /// Where standard output is read; nil if the runner writes to that of this process.
    let output: CInt?

    /// - Parameters:
    ///   - readsOutput: Whether this process reads the runner's standard output.
    ///   - least: The least number of each descriptor.
    init(readsOutput: Bool, least: CInt) throws(SystemError) {
        let input = FileDescriptor.aboveStandardStreams(open("/dev/null", O_RDONLY | O_CLOEXEC), least: least)
        let errorPipe = Self.pipe(least)
        let outputPipe: (reading: CInt, writing: CInt)
        if readsOutput {
            outputPipe = Self.pipe(least)
        } else {
            // Without a standard output, /dev/null takes its place.
            let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, least)
            outputPipe = (-1, copy >= 0 ? copy : fcntl(input, F_DUPFD_CLOEXEC, least))
        }
        ofRunner = [input, outputPipe.writing, errorPipe.writing]
        errors = errorPipe.reading
        output = readsOutput ? outputPipe.reading : nil
        guard (ofRunner + [errors, output ?? least]).allSatisfy({ $0 >= least }) else {
            let error = SystemError("no file descriptors for a runner")
            closeThoseOfRunner()
            closeThoseOfOwner()
            throw error
        }
    }

    private static func pipe(_ least: CInt) -> (reading: CInt, writing: CInt) {
        var pipe: [CInt] = [-1, -1]
        guard clinux_pipe(&pipe) == 0 else { return (-1, -1) }
        return (
            FileDescriptor.aboveStandardStreams(pipe[0], least: least),
            FileDescriptor.aboveStandardStreams(pipe[1], least: least)
        )
    }

    func closeThoseOfRunner() { for descriptor in ofRunner where descriptor >= 0 { close(descriptor) } }

    func closeThoseOfOwner() {
        close(errors)
        if let output { close(output) }
    }
}
