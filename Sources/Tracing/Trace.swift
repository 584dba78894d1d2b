internal import Glibc
internal import Journals
internal import Linux
internal import Synchronization
package import Waiting
internal import Wire

/// A file with the events of this process's run, which Perfetto opens.
///
/// Any thread adds events. A thread of the trace turns them into packets and writes them, some milliseconds later. At
/// most some megabytes wait for it: whoever adds more has to wait.
package final class Trace: Sendable {
    package let path: String
    /// When the trace began, by the monotonic clock. Times in the file count from there.
    package let start: Instant
    private let writer: BatchWriter
    private let nextPool = Atomic<UInt32>(0)
    private let failures = Atomic(0)
    private let slowest = Locked(SlowestCalls())

    /// How many failed calls a trace has with their arguments and errors. It has the others as numbers.
    private static let mostFailures = 10_000
    /// The most bytes of events that wait to be written.
    private static let limit = 8 << 20

    /// Creates the file, or replaces it.
    ///
    /// - Parameter report: Receives the message of an error that ends the trace.
    /// - Throws: `TraceError`
    package init(_ path: String, report: @escaping @Sendable (String) -> Void) throws(TraceError) {
        self.path = path
        start = Instant.now
        let descriptor = try Self.open(path)
        let sink = TraceSink(descriptor: descriptor, path: path, start: start.nanoseconds, report: report)
        do throws(SystemError) {
            writer = try BatchWriter(thread: "mpif-trace", limit: Self.limit, sink)
        } catch {
            Glibc.close(descriptor)
            throw TraceError(.system(error.code), "\(error)")
        }
    }

    private static func open(_ path: String) throws(TraceError) -> CInt {
        let descriptor = FileDescriptor.aboveStandardStreams(
            Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        )
        guard descriptor >= 0 else { throw TraceError.lastSystemError("write", path) }
        var status = stat()
        // Devices and pipes have no lock, and nothing to replace.
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return descriptor }
        do throws(TraceError) {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
                throw TraceError(
                    .inUse,
                    "another process writes the trace '\(path)'; wait for its end, or name another file"
                )
            }
            guard ftruncate(descriptor, 0) == 0 else { throw TraceError.lastSystemError("write", path) }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Returns a number for a pool, whose workers and callables have numbers of their own.
    package func makePoolNumber() -> UInt32 { nextPool.wrappingAdd(1, ordering: .relaxed).oldValue }

    /// Adds an event.
    package func add(
        _ event: TraceEvent,
        text: String = "",
        bytes: UnsafeRawBufferPointer? = nil
    ) {
        let bytes = UnsafeRawBufferPointer(
            rebasing: (bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)).prefix(ArgumentText.limit)
        )
        writer.append { $0.append(event, text, bytes) }
    }

    /// Adds something about the run: a name, and pairs of a key and a value.
    package func addNote(_ name: String, _ pairs: [(key: String, value: String)]) {
        var event = TraceEvent(.note)
        event.time = Instant.now.nanoseconds
        let words = [name] + pairs.flatMap { [$0.key, $0.value] }
        add(event, text: words.map { $0.filter { $0 != "\0" } }.joined(separator: "\0"))
    }

    /// Returns whether the error and the arguments of one more failed call are of interest.
    package func wantsFailure() -> Bool {
        if failures.load(ordering: .relaxed) >= Self.mostFailures { return false }
        return failures.wrappingAdd(1, ordering: .relaxed).oldValue < Self.mostFailures
    }

    /// Returns whether the arguments of a call that took so long are of interest.
    package func wantsArguments(nanoseconds: UInt64) -> Bool { slowest.withLock { $0.insert(nanoseconds) } }

    /// Waits until everything that was added before is written.
    package func flush() { writer.flush() }

    /// Writes everything that was added before, and closes the file. It is called once, as the last function.
    package func close() { writer.close() }
}

/// The longest times so far.
struct SlowestCalls {
    private static let most = 50
    /// Times below, in nanoseconds, are of no interest.
    private static let least: UInt64 = 100_000

    private var times: [UInt64] = []

    /// Returns whether a time is among the longest.
    mutating func insert(_ time: UInt64) -> Bool {
        guard time >= Self.least else { return false }
        if times.count < Self.most {
            times.append(time)
            return true
        }
        guard let shortest = times.indices.min(by: { times[$0] < times[$1] }), times[shortest] < time else {
            return false
        }
        times[shortest] = time
        return true
    }
}

/// Writes the packets of events to the file of a trace.
private struct TraceSink: BatchSink {
    private let descriptor: CInt
    private let path: String
    private let report: @Sendable (String) -> Void
    private var encoder: TraceEncoder
    private var hasBegun = false
    private var isBroken = false

    init(descriptor: CInt, path: String, start: UInt64, report: @escaping @Sendable (String) -> Void) {
        self.descriptor = descriptor
        self.path = path
        self.report = report
        encoder = TraceEncoder(start: start)
    }

    mutating func write(_ batch: FrameBuffer) -> Bool {
        let packets = FrameBuffer(capacity: 2 * batch.count)
        if !hasBegun {
            encoder.begin(processName: "mpifutures", processID: getpid(), to: packets)
            hasBegun = true
        }
        encoder.encode(batch.bytes, to: packets)
        guard !FileDescriptor.writeAll(packets.bytes, to: descriptor) else { return true }
        isBroken = true
        report("\(TraceError.lastSystemError("write", path)); the trace ends here")
        return false
    }

    func end() {
        // Some file systems tell only now that there was no room.
        guard close(descriptor) != 0, !isBroken else { return }
        report("\(TraceError.lastSystemError("write", path)); its end may be missing")
    }
}
