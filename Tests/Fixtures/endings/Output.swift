import Glibc
import MPIFutures

extension Endings {
    /// ENDING: writes four million bytes of all values to standard output, and ends at once.
    static func writeOutput(_ arguments: [String]) throws {
        let executor = try MPIPoolExecutor()
        // Most endings are not to wait for these.
        try queueNaps(on: executor, 20, milliseconds: arguments[0] == "return" ? 20 : 60_000)
        usleep(50_000)
        let bytes = [UInt8](unsafeUninitializedCapacity: 4_000_000) { buffer, count in
            count = buffer.count
            for index in buffer.indices { buffer[index] = byte(index) }
        }
        fwrite(bytes, 1, bytes.count, stdout)
        switch arguments[0] {
        case "return": return
        case "exit": exit(9)
        case "throw": throw Refusal(reason: "enough")
        default: kill(getpid(), SIGTERM)
        }
        sleep(60)
    }

    /// All values, but no newline among the last: those stay in the buffer until the very end.
    private static func byte(_ index: Int) -> UInt8 {
        let byte = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 13)
        return index >= 3_940_000 && byte == UInt8(ascii: "\n") ? 0 : byte
    }

    /// All workers write lines at the same time, and so does the master.
    static func writeLines() throws {
        try MPIPoolExecutor.with { executor in
            let results = try executor.map(Lines.init, 1..<9, chunkSize: 1)
            _ = Lines(number: 0)()
            _ = try results.array()
        }
    }
}

extension Endings {
    /// COUNT LENGTH: so many calls write lines of that length, in pieces, to both streams.
    static func writeLongLines(_ arguments: [String]) throws {
        guard let count = Int(arguments[0]), let length = Int(arguments[1]) else { return }
        try MPIPoolExecutor.with { executor in
            _ = try executor.map({ LongLines(number: $0, length: length) }, 0..<count, chunkSize: 1).array()
        }
    }

    /// END: a call writes a line, then the beginning of one, and ends its process.
    static func writeLastLines(_ arguments: [String]) throws {
        try MPIPoolExecutor.with(options: ExecutorOptions(retries: RetryPolicy.none)) { executor in
            let future = try executor.submit(LastLine(end: arguments[0]))
            print((try future.error() as? RemoteError)?.message ?? "no error")
        }
    }

    /// FILE: a call writes more to standard error than anybody reads. Then an endless call has a time limit. FILE is
    /// made when that has been kept.
    static func blockErrors(_ arguments: [String]) throws {
        try MPIPoolExecutor.with { executor in
            try executor.submit(Complain(count: 300_000)).result()
            let options = CallOptions(timeLimit: .milliseconds(200))
            let endless = try executor.submit(Nap(milliseconds: 600_000), options: options)
            guard (try? endless.result()) == nil else { throw Refusal(reason: "it has ended") }
            close(open(arguments[0], O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        }
    }
}

/// Writes to standard error.
struct Complain: RemoteAction {
    var count: Int

    func callAsFunction() {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
        for _ in 0..<count / 100 { _ = write(STDERR_FILENO, line, 100) }
    }
}

/// Writes three lines of its own letter, and as many errors.
struct LongLines: RemoteAction {
    var number: Int
    var length: Int

    func callAsFunction() {
        let letter = Int32(UInt8(ascii: "a")) + Int32(number % 26)
        for stream in [STDOUT_FILENO, STDERR_FILENO] {
            let bytes = [UInt8](repeating: UInt8(letter), count: length)
            for _ in 0..<3 {
                var rest = bytes[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(1000)
                    _ = piece.withUnsafeBytes { write(stream, $0.baseAddress, $0.count) }
                    rest = rest.dropFirst(1000)
                }
                _ = write(stream, "\n", 1)
            }
        }
    }
}

/// Writes a line and a half, and ends its process.
struct LastLine: RemoteAction {
    var end: String

    func callAsFunction() {
        print("a line")
        print("the last", terminator: " word")
        switch end {
        case "abort": abort()
        case "trap": fatalError("trapped")
        case "fault": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case "exit": exit(0)
        default: raise(SIGFPE)
        }
    }
}
