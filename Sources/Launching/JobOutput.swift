internal import Glibc
internal import Linux
internal import Waiting

/// Forwards the output of a job's processes to this process's standard output and standard error.
struct JobOutput {
    private var polled: [pollfd]
    private var banner = TerminationBanner()
    private var errors = WorkerErrors()
    /// The last bytes of standard error.
    private var tail: [UInt8] = []
    private static let tailSize = 4096
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    private enum Place { static let output = 0, errors = 1, socket = 2, bell = 3 }

    init(_ process: JobProcess) {
        polled = [process.output, process.errors, -1, -1].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    /// Whether more output may come.
    var isOpen: Bool { polled[Place.output].fd >= 0 || polled[Place.errors].fd >= 0 }

    /// Whether a process wants to connect to the socket.
    var isSocketReady: Bool { polled[Place.socket].fd >= 0 && polled[Place.socket].revents != 0 }

    /// Waits for output, a connection, the bell or a death, and forwards the output.
    mutating func wait(for socket: CInt, or bell: CInt, _ deaths: inout DeathWatch, until deadline: Instant?) {
        polled[Place.socket].fd = socket
        polled[Place.bell].fd = bell
        let rest = deadline.map { $0.nanoseconds(since: .now) / 1_000_000 + 1 }
        let limit = rest.map { CInt(clamping: min($0, 1 << 30)) } ?? -1
        let own = polled.count
        polled += deaths.polled
        let count = poll(&polled, nfds_t(polled.count), limit)
        if count > 0 { deaths.take(polled[own...]) }
        polled.removeSubrange(own...)
        guard count > 0 else {
            for index in polled.indices { polled[index].revents = 0 }
            return
        }
        if polled[Place.bell].revents != 0 { WakeUp.clear(bell) }
        if let bytes = read(Place.output) { Self.forward(banner.pass(bytes), to: STDOUT_FILENO) }
        if let bytes = read(Place.errors) {
            errors.pass(bytes)
            Self.forward(bytes, to: STDERR_FILENO)
            tail = (tail + bytes).suffix(Self.tailSize)
        }
        if polled[Place.output].fd < 0 { Self.forward(banner.finish(), to: STDOUT_FILENO) }
    }

    /// Reads from a stream. Returns nil if there is nothing to read. Closes the stream at its end.
    private mutating func read(_ place: Int) -> [UInt8]? {
        let descriptor = polled[place].fd
        guard descriptor >= 0, polled[place].revents != 0 else { return nil }
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 { return Array(buffer[..<count]) }
        if count == 0 || errno != EINTR && errno != EAGAIN { close(place) }
        return nil
    }

    private mutating func close(_ place: Int) {
        Glibc.close(polled[place].fd)
        polled[place].fd = -1
    }

    /// Closes both streams, although processes may still hold them open.
    mutating func giveUp() {
        for place in [Place.output, Place.errors] where polled[place].fd >= 0 { close(place) }
    }

    private static func forward(_ bytes: [UInt8], to stream: CInt) {
        _ = bytes.withUnsafeBytes { LivingLine.shared.write($0, to: stream) }
    }

    // MARK: Afterwards

    /// The report of `mpiexec` about the process that was the first to end.
    var report: TerminationBanner.Report? {
        banner.report ?? OpenMPINotice.report(in: String(decoding: tail, as: UTF8.self))
    }

    /// Returns what a rank wrote about its own end. Before the workers serve, any error of this project counts.
    func ownWords(isUp: Bool) -> String? {
        let words = errors.first ?? (isUp ? nil : errors.firstOfAny)
        // The line is on standard error already.
        if let words { ShownLines.insert(words) }
        return words
    }

    /// The line of standard error that most likely says what has gone wrong.
    var lastWords: String? { LastWords.find(in: String(decoding: tail, as: UTF8.self)) }
}
