import Glibc
import MPIFutures

/// Makes calls that note in a file that they were made: SCENE NOTES COUNT, and for `options` the JOURNAL.
@main struct Journals: MPIProgram {
    static func run() throws {
        let arguments = CommandLine.arguments
        let (scene, notes, count) = (arguments[1], arguments[2], Int(arguments[3]) ?? 0)
        var options = ExecutorOptions()
        if scene == "globals" { options.globals = ["factor": arguments[4]] }
        if scene == "options" { options.journal = Journal(arguments[4], recordsFailures: true, largestResult: 1000) }
        let executor = try MPIPoolExecutor(options: options)
        switch scene {
        case "map":
            print(try executor.map({ Cube(number: $0, notes: notes) }, 0..<count).array())
        case "lines":
            var text = ""
            try executor.map({ Noted(number: $0, notes: notes) }, 0..<count).forEach { text += "\($0)\n" }
            print(text, terminator: "")
        case "submit", "globals":
            let futures = try (0..<count).map { try executor.submit(Cube(number: $0, notes: notes)) }
            print(try futures.map { try $0.result() })
        case "null":
            var sum = 0
            try executor.map({ Next(number: $0) }, 0..<count).forEach { sum += $0 }
            print(sum)
        case "equal":
            print(try executor.map({ _ in Chance(notes: notes) }, 0..<count).array())
        case "arrays":
            let rows = try executor.map({ Row(numbers: [Double](repeating: Double($0), count: 20_000)) }, 0..<count)
            print(try rows.array().map { $0.reduce(0, +) })
        case "broadcast":
            let shared = try executor.broadcast(arguments[4])
            print(try executor.map({ Suffix(shared: shared, number: $0, notes: notes) }, 0..<count).array())
        case "options":
            for number in 0..<count {
                let future = try executor.submit(Fragile(number: number, notes: notes))
                print((try? future.result().count) ?? -1)
            }
        default: exit(9)
        }
    }
}

struct Cube: RemoteCallable {
    let number: Int
    let notes: String

    func callAsFunction() -> Int {
        usleep(500)
        note("\(number)", in: notes)
        return number * number * number * factor
    }

    private var factor: Int { (try? global("factor", as: String.self)).flatMap { Int($0) } ?? 1 }
}

/// As `Cube`, without a wait. Its notes have the time: 20 digits, in nanoseconds of the clock that never goes back.
struct Noted: RemoteCallable {
    let number: Int
    let notes: String

    func callAsFunction() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let digits = "\(time.tv_sec * 1_000_000_000 + time.tv_nsec)"
        note("\(number) \(String(repeating: "0", count: 20 - digits.count))\(digits)", in: notes)
        return number * number
    }
}

/// A call of a few nanoseconds, which travels as its bytes.
struct Next: RemoteCallable {
    let number: Int

    func callAsFunction() -> Int { number + 1 }
}

/// Has another result each time.
struct Chance: RemoteCallable {
    let notes: String

    func callAsFunction() -> UInt64 {
        note("chance", in: notes)
        return .random(in: 0 ... .max)
    }
}

/// Its arguments and its result are out-of-band arrays.
struct Row: RemoteCallable {
    let numbers: [Double]

    func callAsFunction() -> [Double] { numbers.map { $0 + 1 } }
}

struct Suffix: RemoteCallable {
    let shared: Shared<String>
    let number: Int
    let notes: String

    func callAsFunction() throws -> String {
        note("\(number)", in: notes)
        return "\(number)\(try shared.value)"
    }
}

/// Fails, or has a large result.
struct Fragile: RemoteCallable {
    struct Broken: Error {}
    let number: Int
    let notes: String

    func callAsFunction() throws -> String {
        note("\(number)", in: notes)
        if number == 1 { throw Broken() }
        return String(repeating: "x", count: number == 2 ? 2000 : 2)
    }
}

/// Appends a line with one call, so that lines of different processes do not mix.
func note(_ text: String, in path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    var line = "\(text)\n"
    _ = line.withUTF8 { write(file, $0.baseAddress, $0.count) }
    close(file)
}
