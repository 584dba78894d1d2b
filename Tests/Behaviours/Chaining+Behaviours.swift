import MPIFutures

extension Behaviour {
    static let chaining = [
        Behaviour(.chainPass, "values pass through map, errors past it") { context in
            try context.with { executor in
                try expectEqual(try executor.submit(Square(3)).map { "\($0)" }.result(), "9")
                try expectEqual(try executor.submit(Square(3)).map { $0 + 1 }.map { $0 * 2 }.result(), 20)
                let calls = Locked(0)
                let failed = try executor.submit(Risky(number: 0)).map { number -> Int in
                    calls.withLock { $0 += 1 }
                    return number
                }
                try expectThrow(BadLuck.self) { try failed.result() }
                try expectEqual(calls.current, 0)
            }
        },
        Behaviour(.chainPass, "values pass recover, errors past flatMap") { context in
            try context.with { executor in
                let value = try executor.submit(Square(3)).recover { (_: any Error) -> Int in -1 }
                try expectEqual(try value.result(), 9)
                let failed = try executor.submit(Risky(number: 0)).flatMap { try executor.submit(Square($0)) }
                try expectThrow(BadLuck.self) { try failed.result() }
            }
        },
        Behaviour(.chainThrow, "the hook's own throw fails the result") { context in
            try context.with { executor in
                let future = try executor.submit(Square(3))
                let problem = PlainProblem(description: "the hook's")
                try expectThrow(PlainProblem.self) {
                    try future.map { (_: Int) throws -> Int in throw problem }.result()
                }
                try expectThrow(PlainProblem.self) {
                    try future.flatMap { (_: Int) throws -> Future<Int> in throw problem }.result()
                }
                let failed = try executor.submit(Risky(number: 0))
                try expectThrow(PlainProblem.self) {
                    try failed.recover { (_: any Error) throws -> Int in throw problem }.result()
                }
                try expectThrow(PlainProblem.self) {
                    try failed.flatRecover { (_: any Error) throws -> Future<Int> in throw problem }.result()
                }
                try expectEqual(try future.result(), 9, "the base")
            }
        },
        Behaviour(.chainFuture, "a hook that returns a future chains") { context in
            try context.with { executor in
                let future = try executor.submit(Square(2))
                    .flatMap { try executor.submit(Square($0)) }
                    .flatMap { try executor.submit(Square($0)) }
                try expectEqual(try future.result(), 256)
                let recovered = try executor.submit(Risky(number: 5)).flatRecover { _ in
                    try executor.submit(Square(5))
                }
                try expectEqual(try recovered.result(), 25)
                let failing = try executor.submit(Square(2)).flatMap { _ in try executor.submit(Risky(number: 5)) }
                try expectThrow(BadLuck.self) { try failing.result() }
            }
        },
        Behaviour(.chainRecover, "an error hook that returns a value recovers") { context in
            try context.with { executor in
                let future = try executor.submit(Risky(number: 5)).recover { error in (error as? BadLuck)?.number ?? -1
                }
                try expectEqual(try future.result(), 5)
                try expect(try future.error() == nil, "no error is left")
            }
        },
        Behaviour(.chainRecover, "mapResult sees the value or the error") { context in
            try context.with { executor in
                let see: @Sendable (Result<Int, any Error>) throws -> String = { result in
                    switch result {
                    case .success(let number): return "\(number)"
                    case .failure(let error as BadLuck): return "bad \(error.number)"
                    case .failure(let error): throw error
                    }
                }
                try expectEqual(try executor.submit(Square(3)).mapResult(see).result(), "9")
                try expectEqual(try executor.submit(Risky(number: 5)).mapResult(see).result(), "bad 5")
                try expectThrow(RemoteError.self) { try executor.submit(Fail()).mapResult(see).result() }
                let chained = try executor.submit(Risky(number: 5)).flatMapResult { result in
                    try executor.submit(Square((try? result.get()) ?? 7))
                }
                try expectEqual(try chained.result(), 49)
            }
        },
        Behaviour(.chainThrow, "compose ends with its hooks' values and errors, as in Python") { context in
            try context.with { executor in
                let (good, bad) = (try executor.submit(Square(3)), try executor.submit(Risky(number: 5)))
                let hooked = Locked(0)
                func composed(_ future: Future<Int>) -> Future<String> {
                    compose(
                        future,
                        resultHook: { "value \($0)" },
                        errorHook: { "error \(($0 as? BadLuck)?.number ?? 0)" }
                    )
                }
                try expectEqual(try composed(good).result(), "value 9")
                try expectEqual(try composed(bad).result(), "error 5")
                try expectEqual(try compose(good, resultHook: { $0 + 1 }).result(), 10)
                try expectThrow(BadLuck.self) { try compose(bad, resultHook: { $0 + 1 }).result() }
                try expectEqual(try compose(good, errorHook: { _ in 0 }).result(), 9)
                try expectEqual(try compose(bad, errorHook: { _ in 0 }).result(), 0)
                // The error hook does not get the errors of the other hook.
                let failing = compose(
                    good,
                    resultHook: { _ -> Int in throw PlainProblem(description: "the hook's") },
                    errorHook: { _ in
                        hooked.withLock { $0 += 1 }
                        return 0
                    }
                )
                try expectThrow(PlainProblem.self) { try failing.result() }
                try expectEqual(hooked.current, 0)
                try expectThrow(PlainProblem.self) {
                    try compose(bad, errorHook: { _ in throw PlainProblem(description: "the hook's") }).result()
                }
            }
        },
        Behaviour(.chainCancelDerived, "cancelling what compose made cancels the base, and the other way round") {
            context in
            try context.blocked { executor, _ in
                let (first, second) = (try executor.submit(Square(2)), try executor.submit(Square(2)))
                let derived = [first, second].map { compose($0, resultHook: { $0 }, errorHook: { _ in 0 }) }
                try expect(derived[0].cancel() && first.isCancelled, "the base is cancelled")
                try expect(second.cancel(), "the base can be cancelled")
                try expectThrow(CancelledError.self) { try derived[1].result() }
            }
        },
        Behaviour(.chainCancelDerived, "cancelling the derived cancels the base") { context in
            try context.blocked { executor, _ in
                let base = try executor.submit(Square(2))
                let derived = base.map { $0 + 1 }.flatMap { try executor.submit(Square($0)) }
                try expect(derived.cancel(), "it can be cancelled")
                try expect(base.isCancelled, "the base is cancelled")
                let second = try executor.submit(Square(2))
                try expect(
                    second.recover { (_: any Error) in 0 }.cancel() && second.isCancelled,
                    "by way of recover too"
                )
            }
        },
        Behaviour(.chainCancelDerived, "cancelling the derived cancels the future that its hook has made") { context in
            try context.blocked { executor, _ in
                let inner = try executor.submit(Square(3))
                let base = collect([] as [Future<Int>])
                let derived = base.flatMap { _ in inner }
                try expect(derived.cancel(), "it can be cancelled")
                try expect(inner.isCancelled, "the inner one is cancelled")
            }
        },
        Behaviour(.chainCancelBase, "cancelling the base cancels the derived") { context in
            try context.blocked { executor, _ in
                let base = try executor.submit(Square(2))
                let derived = [
                    base.map { $0 + 1 },
                    base.flatMap { _ in try executor.submit(Square(2)) },
                    base.recover { (_: any Error) in 0 },
                    base.map { $0 }.map { $0 }.map { $0 },
                ]
                base.cancel()
                for future in derived {
                    try expectThrow(CancelledError.self) { try future.result() }
                    try expect(future.isCancelled, "it is cancelled")
                }
            }
        },
        Behaviour(.chainMany, "many futures derive from one") { context in
            try context.blocked { executor, gate in
                let base = try executor.submit(Square(2))
                let derived = (0..<200).map { number in base.map { $0 * number } }
                gate.open()
                try expectEqual(try derived.map { try $0.result() }, (0..<200).map { 4 * $0 })
                try expectEqual(try base.map { $0 * 1000 }.result(), 4000, "one that comes late")
            }
        },
        Behaviour(.chainMany, "a long chain ends") { context in
            try context.with { executor in
                var future = try executor.submit(Square(1))
                for _ in 0..<2000 { future = future.map { $0 + 1 } }
                try expectEqual(try future.result(), 2001)
            }
        },
        Behaviour(.chainMany, "a long chain is cancelled") { context in
            try context.blocked { executor, _ in
                let base = try executor.submit(Square(1))
                var future = base
                for index in 0..<100_000 {
                    switch index % 4 {
                    case 0: future = future.map { $0 + 1 }
                    case 1: future = future.flatMap { [future] _ in future }
                    case 2: future = future.recover { _ in 0 }
                    default: future = collect([future]).map { $0[0] }
                    }
                }
                try expect(future.cancel(), "it is cancelled")
                try expect(base.isCancelled, "the base is cancelled with it")
            }
        },
        Behaviour(.chainCycle, "a future that waits for itself is an error") { context in
            try context.blocked { executor, gate in
                let derived = Locked<Future<Int>?>(nil)
                let future = try executor.submit(Square(2)).flatMap { _ -> Future<Int> in
                    guard let own = derived.current else { throw CancelledError() }
                    return own
                }
                derived.withLock { $0 = future }
                gate.open()
                try expectError(.invalidArgument) { try future.result() }
                derived.withLock { $0 = nil }
            }
        },
        Behaviour(.chainCycle, "two futures that wait for each other are an error") { context in
            try context.blocked { executor, gate in
                let second = Locked<Future<Int>?>(nil)
                let base = try executor.submit(Square(2))
                let first = base.flatMap { _ -> Future<Int> in
                    guard let other = second.current else { throw CancelledError() }
                    return other
                }
                second.withLock { $0 = base.flatMap { _ in first } }
                gate.open()
                try expectError(.invalidArgument) { try first.result() }
                try expect(try second.current?.error() is ExecutorError, "the other fails likewise")
                second.withLock { $0 = nil }
            }
        },
        Behaviour(.collectEmpty, "collect of nothing is done") { _ in
            let future = collect([] as [Future<Int>])
            try expect(future.isDone, "it is done")
            try expectEqual(try future.result(timeout: .zero), [])
        },
        Behaviour(.collectOrder, "collect keeps the order") { context in
            try context.with { executor in
                let futures = try (0..<100).map { try executor.submit(Square($0)) }
                try expectEqual(try collect(futures).result(), (0..<100).map { $0 * $0 })
                try expectEqual(try collect([futures[3], futures[3]]).result(), [9, 9], "of one future twice")
            }
        },
        Behaviour(.collectFails, "one failure fails collect and cancels the pending") { context in
            try context.with { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                defer { gate.open() }
                let failing = try executor.submit(HeldFailure(gate: gate, journal: journal))
                try eventually("it runs") { !journal.lines.isEmpty }
                let others = try (0..<executor.workerCount - 1).map { _ in
                    try executor.submit(Hold(gate: context.scratch.gate("others"), journal: journal))
                }
                defer { context.scratch.gate("others").open() }
                try eventually("all workers are busy") { journal.lines.count == executor.workerCount }
                let pending = try (0..<20).map { try executor.submit(Square($0)) }
                let all = collect([failing] + pending)
                gate.open()
                try expectThrow(BadLuck.self) { try all.result() }
                // The one worker that is free now may have been faster than the cancelling.
                try eventually("all have ended") { pending.allSatisfy(\.isDone) }
                context.scratch.gate("others").open()
                for future in others { try expectEqual(try future.result(), 0) }
            }
        },
        Behaviour(.collectFails, "one that is cancelled cancels collect and the pending") { context in
            try context.blocked { executor, _ in
                let futures = try (0..<10).map { try executor.submit(Square($0)) }
                let all = collect(futures)
                futures[4].cancel()
                try expectThrow(CancelledError.self) { try all.result() }
                try eventually("the others are cancelled") { futures.allSatisfy(\.isCancelled) }
            }
        },
        Behaviour(.collectCancel, "cancelling what collect gave cancels the items") { context in
            try context.blocked { executor, _ in
                let futures = try (0..<10).map { try executor.submit(Square($0)) }
                let all = collect(futures)
                try expect(all.cancel(), "it can be cancelled")
                try expect(futures.allSatisfy(\.isCancelled), "the items are cancelled")
            }
        },
    ]
}

struct HeldFailure: RemoteCallable {
    var gate: Gate
    var journal: Journal
    func callAsFunction() throws -> Int {
        journal.note("failing")
        try gate.wait()
        throw BadLuck(number: 1, text: "held")
    }
}
