import MPIFutures

extension Behaviour {
    static let submission = [
        Behaviour(.result, "the result arrives") { context in
            try context.with { executor in
                try expectEqual(try executor.submit(Power(base: 2, exponent: 10)).result(), 1024)
                try expectEqual(try executor.submit(Join(left: "a", middle: 1, right: [0.5])).result(), "a-1-[0.5]")
                try expectEqual(try executor.submit(SlowSquare(number: 12)).result(), 144)
            }
        },
        Behaviour(.result, "a thousand results arrive, each with its own future") { context in
            try context.with { executor in
                let futures = try (0..<1000).map { try executor.submit(Square($0)) }
                for (number, future) in futures.enumerated() { try expectEqual(try future.result(), number * number) }
            }
        },
        Behaviour(.result, "a call without a result runs, and its future ends") { context in
            try context.with { executor in
                let journal = context.scratch.journal()
                try executor.submit(Jot(journal: journal, number: 1)).result()
                try executor.submit(SlowJot(journal: journal, number: 2)).result()
                try executor.submit(Nothing()).result()
                try executor.map({ Jot(journal: journal, number: $0) }, 3..<20).array()
                try executor.map({ _ in Nothing() }, 0..<20).forEach { _ in }
                try expectEqual(Set(journal.lines), Set((1..<20).map { "\($0)" }))
            }
        },
        Behaviour(.typedErrors, "an error of a call without a result arrives") { context in
            try context.with { executor in
                let journal = context.scratch.journal()
                try expectThrow(BadLuck.self) { try executor.submit(Jot(journal: journal, number: -1)).result() }
                try expectThrow(BadLuck.self) { try executor.submit(SlowJot(journal: journal, number: -1)).result() }
                try expectThrow(BadLuck.self) {
                    try executor.map({ Jot(journal: journal, number: $0) }, [-1]).array()
                }
            }
        },
        Behaviour(.typedErrors, "an error that is Codable arrives as itself, with where it happened") { context in
            try context.with { executor in
                let future = try executor.submit(Risky(number: 10))
                let error = try expectThrow(BadLuck.self) { try future.result() }
                try expectEqual(error, BadLuck(number: 10, text: "not 10"))
                try expectEqual(try future.error() as? BadLuck, error)
                let remote = future.remoteError
                try expect(remote?.callable.contains("Risky") == true, "the callable: \(remote?.callable ?? "none")")
                let (rank, size) = (remote?.rank ?? -1, remote?.worldSize ?? 0)
                try expect((0..<size).contains(rank), "the rank: \(rank) of \(size)")
                try expect(remote?.host.isEmpty == false, "the host")
                try expectEqual(remote?.stage, .running)
            }
        },
        Behaviour(.typedErrors, "the library's own errors arrive as themselves") { context in
            try context.with { executor in
                func thrown(by number: Int) throws -> Future<NoResult> {
                    try executor.submit(ThrowOwnError(number: number))
                }
                let refusal = try expectError(.notAllowed) { try thrown(by: 0).result() }
                try expect(!refusal.message.isEmpty, "its message")
                try expectThrow(CancelledError.self) { try thrown(by: 1).result() }
                try expectThrow(TimeoutError.self) { try thrown(by: 2).result() }
                let remote = try expectThrow(RemoteError.self) { try thrown(by: 3).result() }
                try expect(remote.callable.contains("Risky"), "the inner call: \(remote)")
                try expectEqual(remote.underlying as? BadLuck, BadLuck(number: 10, text: "not 10"))
                try expectThrow(TimeoutError.self) {
                    try executor.map(ThrowOwnError.init, [2]).next() as Any
                }
            }
        },
        Behaviour(.typedErrors, "an error that is not Codable arrives as its description") { context in
            try context.with { executor in
                let error = try expectThrow(RemoteError.self) { try executor.submit(Fail()).result() }
                try expect(error.message.contains("the milk is sour"), "the text: \(error.message)")
                try expect(error.typeName.contains("PlainProblem"), "the type: \(error.typeName)")
                try expect(error.callable.contains("Fail"), "the callable: \(error.callable)")
                try expect(error.underlying == nil, "it has no value")
            }
        },
        Behaviour(.typedErrors, "an asynchronous call's error arrives as well") { context in
            try context.with { executor in
                try expectThrow(BadLuck.self) { try executor.submit(SlowRisky(number: 5)).result() }
                try expectEqual(try executor.submit(SlowRisky(number: 6)).result(), 6)
            }
        },
        Behaviour(.threeExecutors, "three concurrent executors of 100 tasks each", needs: .freeExecutors) { context in
            try inThreads(3) { thread in
                let executor = try context.executor()
                let futures = try (0..<100).map { try executor.submit(Square($0 + thread)) }
                for (number, future) in futures.enumerated() {
                    try expectEqual(try future.result(), (number + thread) * (number + thread))
                }
            }
        },
        Behaviour(.manyExecutors, "16 executors with 2048 interleaved tasks", needs: .freeExecutors) { context in
            let executors = try (0..<16).map { _ in try context.executor(workers: 1) }
            for executor in executors { try expectEqual(executor.workerCount, context.workerCount(1)) }
            let futures = try (0..<2048).map { try executors[$0 % 16].submit(Square($0)) }
            for (number, future) in futures.enumerated() { try expectEqual(try future.result(), number * number) }
        },
        Behaviour(
            .manyExecutors,
            "a long map of one executor does not starve another's submit",
            needs: [.freeExecutors, .sharedWorkers]
        ) { context in
            let (long, short) = (try context.executor(), try context.executor())
            let journal = context.scratch.journal()
            let results = try long.map((0..<4000).map { SlowNote(journal: journal, number: $0) })
            for number in 0..<5 { try expectEqual(try short.submit(Square(number)).result(), number * number) }
            try expect(journal.lines.count < 4000, "the map has not come to its end before")
            results.cancel()
        },
    ]
}

struct SlowRisky: AsyncRemoteCallable {
    var number: Int
    func callAsFunction() async throws -> Int {
        await Task.yield()
        return try Risky(number: number)()
    }
}
