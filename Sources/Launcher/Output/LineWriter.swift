internal import Glibc
internal import Journals
internal import Launching
internal import Linux
internal import Pool
internal import Waiting
internal import Wire

/// Writes the lines of commands that run to standard output and standard error, on a thread of its own.
///
/// The dispatcher must not wait for whoever reads the output. It waits only if a megabyte of lines does.
enum LineWriter {
    private static let limit = 1 << 20
    private static let writer = Locked<BatchWriter?>(nil)

    /// Has the lines of commands sent by the workers that this process starts, and by this process as a worker.
    static func request(tagged: Bool) {
        setenv(CommandLines.variable, (tagged ? CommandLines.Mode.tagged : .plain).rawValue, 1)
    }

    /// Begins to write lines, in the master.
    static func begin() throws {
        let new = try BatchWriter(thread: "mpif-lines", limit: limit, LineSink())
        writer.withLock { $0 = new }
        LiveOutput.set { lines, stream in
            new.append { batch in
                batch.append(stream.rawValue)
                batch.append(UInt64(lines.count))
                batch.append(lines)
            }
        }
    }

    /// Waits until all lines that have come are written.
    static func flush() { writer.withLock { $0 }?.flush() }
}

/// Writes a batch of lines: for each piece the stream (u32), the size (u64), and that many bytes.
private struct LineSink: BatchSink {
    mutating func write(_ batch: FrameBuffer) -> Bool {
        var reader = FrameReader(batch.bytes)
        while let number: UInt32 = try? reader.number(), let size: UInt64 = try? reader.number(),
            let lines = try? reader.take(Int(size))
        {
            guard number == StandardStream.output.rawValue else {
                _ = LivingLine.shared.write(lines, to: STDERR_FILENO)
                continue
            }
            guard !StandardOutput.write(unlessBroken: lines) else { continue }
            // This thread must not end the process, whose end waits for it.
            try? Thread(name: "mpif-exit") { exit(1) }.detach()
            return false
        }
        return true
    }

    func end() {}
}
