import Glibc
import MPIFutures

extension Behaviour {
    /// Seconds and threads: `MPIFUTURES_STRESS="60 64"` for the long run, as `make stress` does it.
    private static let stressSize: (seconds: Int, threads: Int) = {
        let numbers = getenv("MPIFUTURES_STRESS").map {
            String(cString: $0).split(separator: " ").compactMap { Int($0) }
        }
        return (numbers?.first ?? 2, numbers?.last ?? 8)
    }()

    static let stress = [
        Behaviour(
            .stress,
            "threads submit, cancel, wait and drop at random, and every future ends",
            needs: .freeExecutors
        ) { context in
            // A shared pool gets its thread for callbacks with the first of them, and keeps it.
            try context.with { _ = try $0.submit(Square(1)).map { $0 }.result() }
            let end = ContinuousClock.now + .seconds(stressSize.seconds)
            let before = threadCount
            do {
                let shared = try (0..<3).map { _ in try context.executor() }
                try inThreads(stressSize.threads, within: .seconds(stressSize.seconds + 30)) { thread in
                    var user = RandomUser(context, thread)
                    while ContinuousClock.now < end { try user.act(shared) }
                    try user.settle()
                }
            }
            try eventually("there are \(before) threads again, not \(threadCount)") { threadCount <= before }
        }
    ]
}

/// A thread that does one thing after the other, at random, and remembers what it has to get.
private struct RandomUser {
    private let context: Context
    private var random: Generator
    private var futures: [(future: Future<Int>, value: Int)] = []

    init(_ context: Context, _ thread: Int) {
        self.context = context
        random = Generator(context, stream: thread)
    }

    mutating func act(_ shared: [any PoolExecutor]) throws {
        guard let executor = shared.randomElement(using: &random) else { return }
        let number = Int.random(in: 1...1000, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case ..<40: futures.append((try executor.submit(Square(number)), number * number))
        case ..<45: futures.append((try executor.submit(Nap(milliseconds: 1, number: number)), number))
        case ..<50: futures.append((try executor.submit(Risky(number: number)), number))
        case ..<60: futures.randomElement(using: &random)?.future.cancel()
        case ..<65: _ = try? futures.randomElement(using: &random)?.future.result(timeout: .microseconds(number))
        case ..<70:
            try check(futures.isEmpty ? nil : futures.remove(at: .random(in: 0..<futures.count, using: &random)))
        case ..<74: futures.append((try executor.submit(Square(number)).map { $0 + 1 }, number * number + 1))
        case ..<78: _ = wait(for: futures.map(\.future), timeout: .microseconds(number), until: .firstCompleted)
        case ..<82: try map(executor, number)
        case ..<85: try takeSome(executor, number)
        case ..<87: try temporary(number)
        case ..<90: _ = collect(futures.suffix(5).map(\.future))
        case ..<92: futures.last?.future.whenDone { _ in pause(.microseconds(50)) }
        default: futures.removeFirst(min(futures.count, number % 8))
        }
    }

    private mutating func map(_ executor: any PoolExecutor, _ number: Int) throws {
        let results = try executor.map(Square.init, 0..<number, unordered: number % 2 == 0).array()
        try expect(results.sorted() == (0..<number).map { $0 * $0 }, "a map of \(number), \(random)")
    }

    private mutating func takeSome(_ executor: any PoolExecutor, _ number: Int) throws {
        let results = try executor.map(Square.init, 0..., bufferSize: number % 20 + 1)
        for index in 0..<number % 50 { try expectEqual(try results.next(), index * index, "\(random)") }
    }

    /// An executor that is dropped, with whatever it has left.
    private mutating func temporary(_ number: Int) throws {
        let bad = FailingInitializer(text: "\(random)")
        let executor = try context.executor(workers: 1, initializer: number % 4 == 0 ? bad : nil)
        for _ in 0..<number % 30 {
            guard let future = try? executor.submit(Square(number)) else { break }
            futures.append((future, number * number))
        }
        if number % 3 == 0 { executor.shutdown(wait: number % 2 == 0, cancelFutures: number % 5 == 0) }
    }

    /// A future may have its value, its error, or been cancelled; it has to have ended.
    private func check(_ pair: (future: Future<Int>, value: Int)?) throws {
        guard let (future, value) = pair else { return }
        do {
            let result = try future.result(timeout: .seconds(20))
            try expect(result == value, "\(result), not \(value), \(random)")
        } catch is CancelledError {} catch is BadLuck {} catch let error as ExecutorError where error.code == .broken {}
    }

    mutating func settle() throws {
        for pair in futures { try check(pair) }
        futures = []
    }
}
