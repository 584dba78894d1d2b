import Glibc
import MPIFutures

extension Behaviour {
    static let creation = [
        Behaviour(.defaults, "the defaults work") { context in
            try context.with(workers: nil) { executor in
                try expect(executor.workerCount >= 1, "there are workers")
                try expectEqual(try executor.submit(Square(5)).result(), 25)
            }
        },
        Behaviour(.badWorkerCount, "a worker count that is not positive is refused", needs: .freeExecutors) { context in
            for count in [0, -1, Int.min] {
                let error = try expectError(.invalidArgument) { try context.executor(workers: count) }
                try expect(error.message.contains("\(count)"), "the message names \(count): \(error.message)")
            }
        },
        Behaviour(.oneWorker, "one worker is one, and none after the shutdown", needs: .freeExecutors) { context in
            for count in [1, 3] {
                let executor = try context.executor(workers: count)
                try expectEqual(executor.workerCount, context.workerCount(count))
                executor.shutdown()
                try expectEqual(executor.workerCount, 0)
            }
        },
        Behaviour(
            .environmentDefault,
            "the environment variable sets the default",
            needs: [.freeExecutors, .ownWorkers]
        ) {
            context in
            let old = getenv("MPIFUTURES_MAX_WORKERS").map { String(cString: $0) }
            defer {
                if let old { setenv("MPIFUTURES_MAX_WORKERS", old, 1) } else { unsetenv("MPIFUTURES_MAX_WORKERS") }
            }
            for count in [1, 5] {
                setenv("MPIFUTURES_MAX_WORKERS", "\(count)", 1)
                let executor = try context.executor(workers: nil)
                try expectEqual(executor.workerCount, count)
                let named = try context.executor(workers: 2)
                try expectEqual(named.workerCount, 2, "the number that was asked for")
            }
            for text in ["0", "-3", "many", "2.5", "99999999999999999999"] {
                setenv("MPIFUTURES_MAX_WORKERS", text, 1)
                let error = try expectError(.invalidArgument) { try context.executor(workers: nil) }
                try expect(error.message.contains(text), "the message quotes \(text): \(error.message)")
            }
            setenv("MPIFUTURES_MAX_WORKERS", "", 1)
            try expect(try context.executor(workers: nil).workerCount >= 1, "nothing means the default")
        },
        Behaviour(.options, "globals are seen in every worker") { context in
            let options = ExecutorOptions(globals: ["name": "größe", "sizes": [1, 2, 3], "limit": 2.5])
            try context.with(options: options) { executor in
                let calls = (0..<40).map { _ in ReadGlobals(isWrong: false) }
                for text in try executor.map(calls).array() { try expectEqual(text, "größe [1, 2, 3] 2.5") }
                let error = try executor.submit(ReadGlobals(isWrong: true)).error() as? ExecutorError
                try expect(error?.message.contains("colour") == true, "the error names it: \(error?.message ?? "none")")
            }
        },
        Behaviour(.options, "globals are refused outside of tasks") { _ in
            try expectError(.notAllowed) { try global("name", as: String.self) }
        },
        Behaviour(.noRecursion, "a task cannot make workers, and is told why") { context in
            try context.with { executor in
                let error = try executor.submit(MakeExecutor()).error() as? ExecutorError
                try expect(error?.message.contains("task") == true, "the explanation: \(error?.message ?? "none")")
                try expectEqual(try executor.submit(Square(2)).result(), 4, "the next call")
            }
        },
    ]
}

struct ReadGlobals: RemoteCallable {
    var isWrong: Bool
    func callAsFunction() throws -> String {
        if isWrong { return try global("colour") }
        let (name, sizes): (String, [Int]) = (try global("name"), try global("sizes"))
        return "\(name) \(sizes) \(try global("limit", as: Double.self))"
    }
}
