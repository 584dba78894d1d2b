import Glibc
import MPIFutures

extension Behaviour {
    static let recycling = [
        Behaviour(
            .recycling,
            "no worker process makes more calls than it may, and all results arrive",
            needs: [.isolation, .ownWorkers]
        ) {
            context in
            let options = ExecutorOptions(globals: ["base": 5], isolation: .on, maxCallsPerWorker: 7)
            try context.with(workers: 2, options: options) { executor in
                let shared = try executor.broadcast(100)
                let squares = try (0..<50).map { try executor.submit(WhereSquared(number: $0, shared: shared)) }
                let mapped = try executor.map({ WhereSquared(number: $0, shared: shared) }, 50..<200, chunkSize: 40)
                let found = try squares.map { try $0.result() } + mapped.array()
                try expectEqual(found.map(\.value), (0..<200).map { $0 * $0 + 105 })
                var calls: [Int: Int] = [:]
                for one in found { calls[one.process, default: 0] += 1 }
                try expect(calls.values.allSatisfy { $0 <= 7 }, "\(calls) are at most 7 each")
                try expectEqual(executor.statistics.workers.lost, 0)
                try expect(executor.statistics.workers.recycled >= 26, "\(executor.statistics.workers) are enough")
                try expectEqual(executor.statistics.finished, 200)
            }
        },
        Behaviour(
            .recycling,
            "a worker process may be for one call, and calls that crash change nothing",
            needs: [.isolation, .ownWorkers]
        ) {
            context in
            let options = ExecutorOptions(isolation: .on, retries: RetryPolicy.none, maxCallsPerWorker: 1)
            try context.with(workers: 2, options: options) { executor in
                let futures = try (0..<20).map { number in
                    let journal = context.scratch.journal("\(number)")
                    let failures = number % 5 == 0 ? 1 : 0
                    return try executor.submit(
                        FailAtFirst(journal: journal, number: number, failures: failures, by: .exiting)
                    )
                }
                for (number, future) in futures.enumerated() {
                    try expectEqual(try? future.result(), number % 5 == 0 ? nil : number)
                }
            }
        },
        Behaviour(.recycling, "a number of calls that is not positive is refused", needs: [.isolation, .ownWorkers]) {
            context in
            try expectError(.invalidArgument) {
                try context.with(options: ExecutorOptions(isolation: .on, maxCallsPerWorker: 0)) { _ in }
            }
        },
        Behaviour(.recycling, "workers that cannot be replaced refuse a number of calls", needs: .sharedWorkers) {
            context in
            let error = try expectError(.notAllowed) {
                try context.with(options: ExecutorOptions(maxCallsPerWorker: 5)) { _ in }
            }
            try expect("\(error)".contains("--max-calls-per-worker"), "\(error) names the remedy")
        },
    ]
}

/// Says which process it runs in, and uses what a new process has to have.
private struct WhereSquared: RemoteCallable {
    struct Place: Codable { var process: Int, value: Int }

    var number: Int
    var shared: Shared<Int>

    func callAsFunction() throws -> Place {
        Place(process: Int(getpid()), value: try number * number + global("base", as: Int.self) + shared.value)
    }
}
