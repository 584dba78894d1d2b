import Glibc
import MPIFutures

// The calls that behaviours make.

struct Square: RemoteCallable {
    var number: Int
    init(_ number: Int) { self.number = number }
    func callAsFunction() -> Int { number * number }
}

struct Power: RemoteCallable {
    var base: Int
    var exponent: Int
    func callAsFunction() -> Int { (0..<exponent).reduce(1) { product, _ in product * base } }
}

struct Join: RemoteCallable {
    var left: String
    var middle: Int
    var right: [Double]
    func callAsFunction() -> String { "\(left)-\(middle)-\(right)" }
}

struct Sum: RemoteCallable {
    var numbers: [Int]
    init(_ numbers: [Int]) { self.numbers = numbers }
    func callAsFunction() -> Int { numbers.reduce(0, +) }
}

struct Echo<Value: Codable & Sendable>: RemoteCallable {
    var value: Value
    init(_ value: Value) { self.value = value }
    func callAsFunction() -> Value { value }
}

struct SlowSquare: AsyncRemoteCallable {
    var number: Int
    func callAsFunction() async throws -> Int {
        try await Task.sleep(for: .milliseconds(1))
        await Task.yield()
        return number * number
    }
}

/// Takes its time.
struct Nap: RemoteCallable {
    var milliseconds: Int
    var number = 0
    func callAsFunction() -> Int {
        pause(.milliseconds(milliseconds))
        return number
    }
}

/// The mean of random numbers.
struct RandomMean: RemoteCallable {
    var count: Int
    var random: CallRandom
    func callAsFunction() -> Double {
        var random = random
        return (0..<count).reduce(0) { sum, _ in sum + random.uniform() } / Double(count)
    }
}

/// Says that it runs, then waits for its gate.
struct Hold: RemoteCallable {
    var gate: Gate
    var journal: Journal
    var number = 0
    func callAsFunction() throws -> Int {
        journal.note("\(number)")
        try gate.wait()
        return number
    }
}

/// Notes that it ran.
struct Note: RemoteCallable {
    var journal: Journal
    var number: Int
    func callAsFunction() -> Int {
        journal.note("\(number)")
        return number
    }
}

/// Notes that it ran, and has no result.
struct Jot: RemoteAction {
    var journal: Journal
    var number: Int
    func callAsFunction() throws {
        if number < 0 { throw BadLuck(number: number, text: "negative") }
        journal.note("\(number)")
    }
}

/// The same, as an asynchronous call.
struct SlowJot: AsyncRemoteAction {
    var journal: Journal
    var number: Int
    func callAsFunction() async throws {
        await Task.yield()
        try Jot(journal: journal, number: number)()
    }
}

/// Has neither arguments nor a result.
struct Nothing: RemoteAction {
    func callAsFunction() {}
}

/// Notes that it ran, after a while.
struct SlowNote: RemoteCallable {
    var journal: Journal
    var number: Int
    func callAsFunction() -> Int {
        pause(.milliseconds(1))
        return Note(journal: journal, number: number)()
    }
}

/// Waits for another gate for each element.
struct Pass: RemoteCallable {
    var scratch: Scratch
    var number: Int
    func callAsFunction() throws -> Int {
        try scratch.gate("\(number)").wait()
        return number
    }
}

/// Tells who runs it.
struct WhoRuns: RemoteCallable {
    func callAsFunction() -> String { Self.name }
    static var name: String {
        // A thread's number says the process, too.
        var path = [CChar](repeating: 0, count: 256)
        let count = readlink("/proc/thread-self", &path, path.count - 1)
        return path.prefix(max(0, count)).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

/// Notes who runs it.
struct Register: RemoteCallable {
    var journal: Journal
    func callAsFunction() -> String {
        journal.note(WhoRuns.name)
        return WhoRuns.name
    }
}

// MARK: - Failing ones

struct BadLuck: Error, Codable, Equatable {
    var number: Int
    var text: String
}

/// An error that cannot travel as itself.
struct PlainProblem: Error, CustomStringConvertible {
    let description: String
}

/// Throws for numbers from which `divisor` leaves no rest.
struct Risky: RemoteCallable {
    var number: Int
    var divisor = 5
    func callAsFunction() throws -> Int {
        if number % divisor == 0 { throw BadLuck(number: number, text: "not \(number)") }
        return number
    }
}

/// Throws an error of the library's own.
struct ThrowOwnError: RemoteCallable {
    var number: Int
    func callAsFunction() throws -> NoResult {
        switch number {
        case 0: _ = try MPIPoolExecutor(maxWorkers: 1)
        case 1: throw CancelledError()
        case 2: throw TimeoutError()
        default: try throwRemoteError()
        }
        return NoResult()
    }

    private func throwRemoteError() throws {
        let executor = try ThreadPoolExecutor(maxWorkers: 1)
        let future = try executor.submit(Risky(number: 10))
        _ = try? future.result()
        if let error = future.remoteError { throw error }
    }
}

struct Fail: RemoteCallable {
    func callAsFunction() throws -> Int { throw PlainProblem(description: "the milk is sour") }
}

struct FailingInitializer: RemoteCallable {
    var text: String
    func callAsFunction() throws -> NoResult { throw PlainProblem(description: text) }
}

struct MakeExecutor: RemoteCallable {
    func callAsFunction() throws -> Int { try MPIPoolExecutor(maxWorkers: 1).workerCount }
}

// MARK: - Values that do not travel well

struct Stubborn: Codable, Sendable, Equatable {
    enum Mood: String, Codable { case fine, refusesToEncode, refusesToDecode }
    var mood = Mood.fine

    init(_ mood: Mood) { self.mood = mood }

    func encode(to encoder: any Encoder) throws {
        if mood == .refusesToEncode { throw PlainProblem(description: "a stubborn value stays here") }
        var container = encoder.singleValueContainer()
        try container.encode(mood.rawValue)
    }

    init(from decoder: any Decoder) throws {
        mood = try Mood(rawValue: decoder.singleValueContainer().decode(String.self)) ?? .fine
        if mood == .refusesToDecode { throw PlainProblem(description: "a stubborn value stays bytes") }
    }
}

struct MakeStubborn: RemoteCallable {
    var mood: Stubborn.Mood
    func callAsFunction() -> Stubborn { Stubborn(mood) }
}

struct Shape: Codable, Sendable, Equatable {
    enum Kind: Codable, Sendable, Equatable {
        case point
        case circle(radius: Double)
        case polygon([Double], closed: Bool)
        indirect case group(Kind, Kind)
    }
    var kind: Kind
    var name: String?
    var tags: Set<String>
    var weights: [Int: Float]
}

/// Makes an object, whose end can be seen; waits for the gate if it has one.
struct MakePerson: RemoteCallable {
    var name: String
    var gate: Gate?
    func callAsFunction() throws -> Person {
        try gate?.wait()
        // Longer than a worker keeps a result to send it with the next one.
        pause(.milliseconds(10))
        return Person(name)
    }
}

final class Person: Codable, Sendable, Equatable {
    let name: String
    let friend: Person?
    init(_ name: String, friend: Person? = nil) {
        self.name = name
        self.friend = friend
    }
    static func == (left: Person, right: Person) -> Bool { left.name == right.name && left.friend == right.friend }
}
