import Glibc
import MPIFutures
import Synchronization

/// Makes calls while its processes are killed, and notes in a file how each of them ends: FILE SCENE COUNT RESTARTS.
///
/// Ends with status 0 if all calls have their results, and with 3 if not.
@main struct Kills: MPIProgram {
    static func run() throws {
        let arguments = CommandLine.arguments
        let notes = Notes(path: arguments[1])
        let count = Int(arguments[3]) ?? 0
        let executor = try MPIPoolExecutor(options: ExecutorOptions(restarts: Int(arguments[4]) ?? 0))
        if arguments[2] != "busy" {
            try? executor.bootup()
            notes.add("begun")
        }
        if arguments[2] == "idle" { usleep(300_000) }
        let spins = arguments[2] == "spin"
        var isRight = true
        let called = Counter()
        let futures = (0..<count).map { number in
            let future = try? executor.submit(Triple(number: number, spins: spins))
            guard let future else {
                notes.add("\(number) !not submitted")
                called.count.add(1, ordering: .releasing)
                return Future<Int>?.none
            }
            future.whenDone {
                notes.add("\(number) \(Kills.text($0))")
                called.count.add(1, ordering: .releasing)
            }
            return future
        }
        let results = try? executor.map((0..<count).map { Triple(number: $0, spins: spins) })
        for number in 0..<count {
            if (try? futures[number]?.result()) != 3 * number { isRight = false }
        }
        for number in 0..<count {
            let result = Result {
                guard let value = try results?.next() else { throw NoMore() }
                return value
            }
            notes.add("map \(number) \(Kills.text(result))")
            if (try? result.get()) != 3 * number { isRight = false }
        }
        executor.shutdown()
        while called.count.load(ordering: .acquiring) < count { usleep(1000) }
        notes.add("end")
        exit(isRight ? 0 : 3)
    }

    private static func text(_ result: Result<Int, any Error>) -> String {
        switch result {
        case .success(let value): "\(value)"
        case .failure(let error): "!\(error)"
        }
    }

    private static func text(_ future: Future<Int>) -> String { text(Result { try future.result() }) }
}

/// A map that could not be made, or has ended with an error.
struct NoMore: Error {}

struct Triple: RemoteCallable {
    var number: Int
    var spins: Bool

    func callAsFunction() -> Int {
        while spins {}
        usleep(2000)
        return 3 * number
    }
}

final class Counter: Sendable {
    let count = Atomic(0)
}

/// Lines that are in the file at once, whatever happens to the process.
struct Notes: Sendable {
    private let descriptor: CInt

    init(path: String) { descriptor = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600) }

    func add(_ text: String) {
        var line = text + "\n"
        _ = line.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
    }
}
