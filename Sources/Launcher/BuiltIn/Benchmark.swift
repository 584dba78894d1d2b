internal import CLinux
internal import Glibc
internal import Linux
internal import MPIFutures
internal import Processes
internal import Waiting

/// Measures this installation for `mpifutures bench`, and prints a table that can be mailed.
///
/// The benchmarks of the project (`make bench`) measure more, and beside other programs.
struct Benchmark {
    /// How long each measurement takes, in seconds.
    let span: Double

    /// Returns the exit status.
    func run() throws -> Int {
        let executor = try MPIPoolExecutor()
        try executor.bootup()
        _ = try executor.submit(NullCall(number: 0)).result()
        let startUp = ageOfProcess
        let workers = try Workers(of: executor, areRanks: ProcessManager.isPresent)
        row("# \(Surroundings.version)")
        row("# \(try Surroundings.mpi)\(ProcessManager.isPresent ? ", started by mpiexec" : "")")
        let isolation = workers.areIsolated ? "isolated" : "not isolated"
        row("# \(workers), \(isolation); \(Surroundings.cores) cores for the master, on \(HostName.current)")
        row("start-up", startUp.map { Figure.time($0) } ?? "unknown")
        row("submit", Figure.rate(try rate { try submit($0, executor) }))
        row("map", Figure.rate(try rate { try map($0, executor) }))
        row("round trip", Figure.time(try roundTrip(executor, pause: 0)))
        row("round trip after 20 ms of rest", Figure.time(try roundTrip(executor, pause: 0.02)))
        for (size, name) in [(1 << 10, "1 KiB"), (1 << 16, "64 KiB"), (1 << 20, "1 MiB"), (1 << 24, "16 MiB")] {
            let time = try echo(size, executor)
            row("\(name) there and back", "\(Figure.time(time)), \(Figure.bandwidth(Double(2 * size) / time))")
        }
        executor.shutdown()
        return 0
    }

    private func row(_ line: String) {
        print(line)
        fflush(nil)
    }

    private func row(_ name: String, _ figure: String) {
        row(name + String(repeating: " ", count: max(1, 32 - name.count)) + figure)
    }

    /// The time since this process began, in seconds.
    private var ageOfProcess: Double? {
        guard let began = ProcessTime.startOfThisProcess else { return nil }
        var now = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &now) == 0 else { return nil }
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9 - began
    }

    // MARK: Measuring

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let began = Instant.now
        try body()
        return Double(Instant.now.nanoseconds(since: began)) / 1e9
    }

    /// Returns how many calls a second `body` makes, which gets the number of calls to make. The number grows until the
    /// calls take long enough.
    private func rate(_ body: (Int) throws -> Void) throws -> Double {
        var count = 1000
        while true {
            let time = try seconds { try body(count) }
            if time > span / 2 || count >= 1 << 24 { return Double(count) / time }
            // At most eight times as many: the first calls are slower.
            count = min(8 * count, max(2 * count, Int(Double(count) * span / max(time, 1e-6))))
        }
    }

    private func submit(_ count: Int, _ executor: MPIPoolExecutor) throws {
        var futures: [Future<Int>] = []
        futures.reserveCapacity(count)
        for number in 0..<count { futures.append(try executor.submit(NullCall(number: number))) }
        for (number, future) in futures.enumerated() { try check(future.result() == number) }
    }

    private func map(_ count: Int, _ executor: MPIPoolExecutor) throws {
        let results = try executor.map({ NullCall(number: $0) }, 0..<count).array()
        try check(results.elementsEqual(0..<count))
    }

    private func roundTrip(_ executor: MPIPoolExecutor, pause length: Double) throws -> Double {
        try median {
            if length > 0 { pause(seconds: length) }
            return try seconds { try check(executor.submit(NullCall(number: 1)).result() == 1) }
        }
    }

    /// Returns the time of an array there and back.
    private func echo(_ size: Int, _ executor: MPIPoolExecutor) throws -> Double {
        let numbers = [Double](repeating: 1.5, count: size / 8)
        return try median {
            try seconds { try check(executor.submit(EchoCall(numbers: numbers)).result().count == numbers.count) }
        }
    }

    /// Returns the median of the times that `body` returns, without the first one.
    private func median(_ body: () throws -> Double) throws -> Double {
        _ = try body()
        let end = Instant.after(.seconds(span))
        var times: [Double] = []
        while times.count < 3 || Instant.now < end { times.append(try body()) }
        return times.sorted()[times.count / 2]
    }

    private func check(_ isRight: Bool) throws {
        guard isRight else { throw WrongResult() }
    }

    private struct WrongResult: Error, CustomStringConvertible {
        var description: String { "a call has returned a wrong result; please report it" }
    }
}

/// A call that does nothing.
private struct NullCall: RemoteCallable, BitwiseCodable {
    var number: Int
    func callAsFunction() -> Int { number }
}

/// A call that returns its argument.
private struct EchoCall: RemoteCallable {
    var numbers: [Double]
    func callAsFunction() -> [Double] { numbers }
}
