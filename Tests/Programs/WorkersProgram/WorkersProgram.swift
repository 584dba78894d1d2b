import Glibc
import MPIFutures
import Synchronization

/// A program that starts workers; its first argument says what for.
@main struct WorkersProgram: MPIProgram {
    static func run() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "count": print(try MPIPoolExecutor().workerCount)
        case "executors": try countInManyWays()
        case "surroundings": try showSurroundings(directory: arguments[1])
        case "squares":
            try square(
                Int(arguments[1]) ?? 0,
                ExecutorOptions(restarts: arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0)
            )
        case "squares-on": try square(Int(arguments[2]) ?? 0, ExecutorOptions(mpiInfo: ["hosts": arguments[1]]))
        case "hosts": try printHosts(arguments[1], Int(arguments[2]) ?? 1)
        case "soft": try startSoftly(Int(arguments[1]) ?? 1, arguments[2])
        case "crashes": report { try crashAgain(restarts: Int(arguments[1]) ?? 0) }
        case "start": tryToStart(arguments[1], Array(arguments.dropFirst(2)))
        case "world": report { try MPIPoolExecutor(maxWorkers: 1).submit(MeetOnWorld()).result() }
        case "quit": try quit(status: Int32(arguments[1]) ?? 0)
        case "output": try writeOutput()
        case "secrets": try searchForSecrets(hosts: arguments.dropFirst().first)
        case "crash": report { try MPIPoolExecutor(maxWorkers: 2).submit(Crash()).result() }
        case "leave": report { try MPIPoolExecutor(maxWorkers: 2).submit(Leave()).result() }
        case "faults": try Faults.tryAll()
        case "saved": try Faults.saveCall(arguments[1], arguments[2])
        case "killed": try Faults.killFromOutside(arguments[1])
        case "scattered":
            try Faults.scatter(
                Int(arguments[1]) ?? 0,
                Int(arguments[2]) ?? 0,
                seed: UInt64(arguments[3]) ?? 0,
                arguments[4]
            )
        case "last words": try Faults.printLastWords()
        case "bad beginning": try Faults.failToBegin()
        case "large": try echo(Int(arguments[1]) ?? 0)
        default: exit(64)
        }
    }

    private static func countInManyWays() throws {
        let first = try MPIPoolExecutor(maxWorkers: 1)
        let second = try MPIPoolExecutor(maxWorkers: 2)
        print(first.workerCount, second.workerCount)
    }

    /// Prints what workers find around them that the options have put there.
    private static func showSurroundings(directory: String) throws {
        let options = ExecutorOptions(
            globals: ["name": "value"],
            arguments: ["first", "second one"],
            path: ["/some/where", "/else where"],
            workingDirectory: directory,
            environment: ["WORKERS_TEST": "a b=c", "EMPTY_TEST": ""],
            backoff: .milliseconds(7)
        )
        try MPIPoolExecutor.with(maxWorkers: 2, options: options) { executor in
            for text in try executor.map((0..<2).map { _ in Surroundings() }).array() { print(text) }
        }
    }

    /// Makes calls of a millisecond, and says what has become of them.
    private static func square(_ count: Int, _ options: ExecutorOptions) throws {
        report {
            try MPIPoolExecutor.with(maxWorkers: 2, initializer: Prepare(), options: options) { executor in
                let offset = try executor.broadcast(7)
                let results = try executor.map((0..<count).map { SquareAndMore(number: $0, offset: offset) })
                var sum = 0
                while let square = try results.next() {
                    if sum == 0 { say("begun") }
                    sum += square - 6
                }
                return sum == (0..<count).reduce(0) { $0 + $1 * $1 + 1 } ? "right" : "wrong"
            }
        }
    }

    /// A call that ends its worker, beside others.
    private static func crashAgain(restarts: Int) throws -> String {
        let executor = try MPIPoolExecutor(maxWorkers: 2, options: .init(restarts: restarts))
        let others = try (0..<20).map { try executor.submit(Square(number: $0)) }
        let crash = try executor.submit(Crash())
        let error = try crash.error()
        let sum = others.reduce(0) { $0 + ((try? $1.result()) ?? 0) }
        return "\(sum) \(error as? ExecutorError == nil ? "no error" : "broken")"
    }

    /// Prints the name of each worker's host.
    private static func printHosts(_ hosts: String, _ count: Int) throws {
        try MPIPoolExecutor.with(maxWorkers: count, options: ExecutorOptions(mpiInfo: ["hosts": hosts])) { executor in
            let calls = (0..<20 * count).map { _ in Place() }
            let places = Dictionary(try executor.map(calls, chunkSize: 1).array().map { ($0.worker, $0.host) }) { $1 }
            print(places.values.sorted().joined(separator: " "))
        }
    }

    /// Starts workers of which there may be fewer, and says how many there are and what they have computed.
    private static func startSoftly(_ count: Int, _ numbers: String) throws {
        try MPIPoolExecutor.with(maxWorkers: count, options: ExecutorOptions(mpiInfo: ["soft": numbers])) { executor in
            let squares = try executor.map((0..<6).map { Square(number: $0) }).array()
            print("\(executor.workerCount): \(squares.map(String.init).joined(separator: " "))")
        }
    }

    private static func tryToStart(_ program: String, _ arguments: [String]) {
        report {
            let executor = try MPIPoolExecutor(
                maxWorkers: 2,
                options: ExecutorOptions(executable: program.isEmpty ? nil : program, arguments: arguments)
            )
            // It may be broken before the call is queued.
            let error = Result { try executor.submit(Square(number: 2)).error() }
            print("workers: \(executor.workerCount)")
            if let error = try error.get() { throw error }
        }
    }

    /// Ends while workers are busy.
    private static func quit(status: Int32) throws {
        let executor = try MPIPoolExecutor(maxWorkers: 2)
        for _ in 0..<8 { _ = try executor.submit(Nap(milliseconds: status == 0 ? 50 : 600_000)) }
        try executor.bootup()
        say("quitting")
        exit(status)
    }

    private static func writeOutput() throws {
        try MPIPoolExecutor.with(maxWorkers: 2) { executor in
            let calls = (0..<200).map { Say(text: "line \($0) " + String(repeating: "x", count: 1000)) }
            _ = try executor.map(calls).array()
        }
    }

    private static func echo(_ count: Int) throws {
        try MPIPoolExecutor.with(maxWorkers: 2) { executor in
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let futures = try (0..<4).map { _ in try executor.submit(Echo(bytes: bytes)) }
            print(try futures.allSatisfy { try $0.result() == bytes } ? "right" : "wrong")
        }
    }

    private static func report<Value>(_ body: () throws -> Value) {
        do { print(try body()) } catch let error as ExecutorError {
            print("\(error.code): \(error.message)")
        } catch {
            print("\(error)")
        }
    }
}

struct Square: RemoteCallable {
    var number: Int
    func callAsFunction() -> Int {
        usleep(1000)
        return number * number
    }
}

struct Nap: RemoteCallable {
    var milliseconds: UInt32
    func callAsFunction() -> Int {
        usleep(milliseconds * 1000)
        return 0
    }
}

struct Surroundings: RemoteCallable {
    func callAsFunction() throws -> String {
        var directory = [CChar](repeating: 0, count: 4096)
        let path = getcwd(&directory, directory.count).map { String(cString: $0) } ?? "?"
        func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "unset" }
        return [
            CommandLine.arguments.dropFirst().joined(separator: "|"), path, variable("WORKERS_TEST"),
            "'\(variable("EMPTY_TEST"))'", variable("MPIFUTURES_PATH"), variable("MPIFUTURES_BACKOFF"),
            variable("MPIFUTURES_WORKER"), try global("name"),
        ].joined(separator: "; ")
    }
}

struct Say: RemoteCallable {
    var text: String
    func callAsFunction() -> Int {
        print(text)
        return 0
    }
}

struct Echo: RemoteCallable {
    var bytes: [UInt8]
    func callAsFunction() -> [UInt8] { bytes }
}

struct Crash: RemoteCallable {
    func callAsFunction() -> Int {
        let nothing: Int? = CommandLine.arguments.isEmpty ? 1 : nil
        precondition(nothing != nil)
        return 0
    }
}

struct Leave: RemoteCallable {
    func callAsFunction() -> Int { exit(3) }
}

/// Prints a line that somebody waits for.
private func say(_ text: String) {
    print(text)
    fflush(nil)
}

/// What every worker has to do first.
struct Prepare: RemoteCallable {
    static let isDone = Atomic(false)

    func callAsFunction() -> Int {
        Self.isDone.store(true, ordering: .relaxed)
        return 0
    }
}

/// Needs a worker that is prepared, and what the master shares.
struct SquareAndMore: RemoteCallable {
    var number: Int
    var offset: Shared<Int>

    func callAsFunction() throws -> Int {
        guard Prepare.isDone.load(ordering: .relaxed) else { return -1 }
        // Long enough for workers to be killed before all calls are made.
        usleep(300)
        return try Square(number: number)() + offset.value
    }
}

/// Does what all ranks of the world communicator have to do together.
struct MeetOnWorld: RemoteCallable {
    func callAsFunction() throws -> String {
        do { try Communicator.world.barrier() } catch { return "\(error)" }
        return "met"
    }
}

/// Where a worker is.
struct Place: RemoteCallable {
    struct Answer: Codable, Sendable {
        var worker: Int
        var host: String
    }

    func callAsFunction() throws -> Answer {
        usleep(20_000)
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return Answer(
            worker: try Communicator.workers.rank,
            host: name.withUnsafeBufferPointer {
                String(decoding: $0.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        )
    }
}
