internal import CLinux
internal import Glibc
internal import Linux
internal import MPIFutures
internal import Processes

/// A program that the launcher contains. Workers need to load nothing for it.
enum BuiltInProgram: Equatable {
    /// `mpifutures bench`, with the time of each measurement in seconds.
    case bench(span: Double)
    /// `mpifutures --self-test`
    case selfTest

    /// Returns the benchmark, if these are its name and its arguments.
    init?(bench words: some Collection<String>) throws(UsageError) {
        guard words.first == "bench", words.count <= 2 else { return nil }
        guard let text = words.dropFirst().first else {
            self = .bench(span: 1.5)
            return
        }
        guard let span = Double(text), span > 0, span <= 60 else {
            throw UsageError("the time of a measurement is '\(text)', but must be a number of seconds, 60 at most")
        }
        self = .bench(span: span)
    }

    /// What all ranks of a job must agree on.
    var identity: String {
        switch self {
        case .bench: "bench"
        case .selfTest: "self-test"
        }
    }

    /// Runs the program on the master. Returns the exit status.
    func run() throws -> Int {
        switch self {
        case .bench(let span): try Benchmark(span: span).run()
        case .selfTest: SelfTest.run()
        }
    }
}

/// Asks a worker what it is.
struct Whereabouts: RemoteCallable {
    struct Answer: Codable, Hashable, Sendable {
        var host: String
        var processID: Int32
        var isIsolated: Bool
    }

    func callAsFunction() -> Answer {
        // Each worker should get one of the calls.
        pause(seconds: 0.002)
        return Answer(
            host: HostName.current,
            processID: getpid(),
            isIsolated: RunnerWorker.isCurrent
        )
    }
}

/// The workers of an executor, as far as they have answered.
struct Workers: CustomStringConvertible {
    let count: Int
    let hosts: Int
    let areThreads: Bool
    let areIsolated: Bool
    private let areRanks: Bool

    /// - Parameter areRanks: Whether `mpiexec` has started the workers, or the processes that own them.
    /// - Throws: The error of starting the workers, or of a call.
    init(of executor: some PoolExecutor, areRanks: Bool) throws {
        self.areRanks = areRanks
        count = executor.workerCount
        let answers = Set(try executor.map({ (_: Int) in Whereabouts() }, 0..<4 * max(1, count), chunkSize: 1).array())
        hosts = Set(answers.map(\.host)).count
        areThreads = answers.allSatisfy { $0.processID == getpid() && $0.host == HostName.current }
        areIsolated = answers.allSatisfy(\.isIsolated)
    }

    var description: String {
        let names = areThreads ? ("thread", "threads") : areRanks ? ("rank", "ranks") : ("process", "processes")
        return "\(count) \(count == 1 ? names.0 : names.1) on \(hosts) \(hosts == 1 ? "host" : "hosts")"
    }
}
