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
