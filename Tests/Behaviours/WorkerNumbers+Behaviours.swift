import Glibc
import MPIFutures

extension Behaviour {
    static let workerNumbers = [
        Behaviour(.workerNumbers, "the numbers that calls find are those of as many workers as there are") { context in
            try context.with { executor in
                let count = executor.workerCount
                let found = try executor.map({ Where(number: $0) }, 0..<200, chunkSize: 1).array()
                for worker in found {
                    try expectEqual(worker.count, count)
                    try expect((0..<count).contains(worker.number), "\(worker.number) is a number of \(count)")
                    // The hosts of the tests are one.
                    try expectEqual(worker.localNumber, worker.number)
                    try expectEqual([worker.localCount, worker.hostNumber, worker.hostCount], [count, 0, 1])
                    try expect(!worker.host.isEmpty, "the host has a name")
                }
            }
        },
        Behaviour(.workerNumbers, "an asynchronous call finds the numbers too, and code outside of calls does not") {
            context in
            try context.with { executor in
                let number = try executor.submit(WhereLater()).result()
                try expect((0..<executor.workerCount).contains(number), "\(number) is a number")
            }
            let error = try expectError(.notAllowed) { _ = try WorkerInfo.current }
            try expect("\(error)".contains("inside a call"), "\(error) names the remedy")
        },
        Behaviour(
            .workerNumbers,
            "a worker whose process is another for each call keeps its numbers and its variables",
            needs: [.isolation, .ownWorkers]
        ) { context in
            let options = ExecutorOptions(
                workerEnvironment: ["BEHAVIOUR_NUMBER": "{worker}/{workers} {local%2}"],
                isolation: .on,
                maxCallsPerWorker: 1
            )
            try context.with(workers: 2, options: options) { executor in
                try expectEqual(executor.workerCount, 2)
                let found = try executor.map({ _ in Numbered() }, 0..<12).array()
                try expectEqual(Set(found.map(\.process)).count, 12)
                for one in found { try expectEqual(one.variable, "\(one.number)/2 \(one.number % 2)") }
                // Whoever is done first may take the next call, but both have had one at the start.
                try expectEqual(Set(found.map(\.number)), [0, 1])
            }
        },
        Behaviour(
            .workerNumbers,
            "variables of each worker are refused if a word in them is misspelt",
            needs: [.isolation, .ownWorkers]
        ) { context in
            let error = try expectError(.invalidArgument) {
                let options = ExecutorOptions(workerEnvironment: ["DEVICE": "{loacl}"], isolation: .on)
                try context.with(options: options) { _ in }
            }
            try expect("\(error)".contains("{local}"), "\(error) names the words")
        },
        Behaviour(
            .workerNumbers,
            "variables of each worker are refused where workers have begun",
            needs: .sharedWorkers
        ) { context in
            let error = try expectError(.notAllowed) {
                try context.with(options: ExecutorOptions(workerEnvironment: ["DEVICE": "{local}"])) { _ in }
            }
            try expect("\(error)".contains("--worker-env"), "\(error) names the remedy")
        },
    ]
}

/// The worker that makes the call.
private struct Where: RemoteCallable {
    struct Worker: Codable {
        var number: Int, count: Int, localNumber: Int, localCount: Int, hostNumber: Int, hostCount: Int, host: String
    }

    var number: Int

    func callAsFunction() throws -> Worker {
        let worker = try WorkerInfo.current
        return Worker(
            number: worker.number,
            count: worker.count,
            localNumber: worker.localNumber,
            localCount: worker.localCount,
            hostNumber: worker.hostNumber,
            hostCount: worker.hostCount,
            host: worker.host
        )
    }
}

/// The number of the worker, found after a wait.
private struct WhereLater: AsyncRemoteCallable {
    func callAsFunction() async throws -> Int {
        await Task.yield()
        return try await Task { try WorkerInfo.current.number }.value
    }
}

/// A worker's number, its process, and a variable with the number.
private struct Numbered: RemoteCallable {
    struct Worker: Codable { var number: Int, process: Int, variable: String }

    func callAsFunction() throws -> Worker {
        Worker(
            number: try WorkerInfo.current.number,
            process: Int(getpid()),
            variable: getenv("BEHAVIOUR_NUMBER").map { String(cString: $0) } ?? "none"
        )
    }
}
