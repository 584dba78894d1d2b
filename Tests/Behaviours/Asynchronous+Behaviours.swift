import Glibc
import MPIFutures

extension Behaviour {
    static let asynchronous = [
        Behaviour(async: .asyncWaits, "a value can be awaited") { context in
            try await context.withAsync { executor in
                try expectEqual(try await executor.workers(), context.workerCount(2))
                let future = try executor.submit(Square(5))
                try expectEqual(try await future.value, 25)
                try expectEqual(try await future.value, 25, "the same again")
                let failing = try executor.submit(Risky(number: 0))
                try await expectThrow(BadLuck.self) { try await failing.value }
            }
        },
        Behaviour(async: .asyncWaits, "a thousand Swift tasks await a thousand values") { context in
            try await context.withAsync { executor in
                let total = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<1000 { group.addTask { try await executor.submit(Square(number)).value } }
                    return try await group.reduce(0, +)
                }
                try expectEqual(total, (0..<1000).reduce(0) { $0 + $1 * $1 })
            }
        },
        Behaviour(async: .asyncWaits, "cancelling a Swift task ends its wait, and leaves the future alone") { context in
            let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
            try await context.withAsync(workers: 1) { executor in
                defer { gate.open() }
                let future = try executor.submit(Hold(gate: gate, journal: journal, number: 4))
                let task = Task { try await future.value }
                let late = Task {
                    try await Task.sleep(for: .milliseconds(10))
                    return try await future.value
                }
                task.cancel()
                late.cancel()
                try await expectThrow(CancellationError.self) { try await task.value }
                try await expectThrow(CancellationError.self) { try await late.value }
                try expect(!future.isDone, "it runs on")
                gate.open()
                try expectEqual(try await future.value, 4)
            }
        },
        Behaviour(async: .asyncWaits, "awaiting a cancelled future throws CancelledError") { context in
            let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
            try await context.withAsync(workers: 1) { executor in
                defer { gate.open() }
                for _ in 0..<(try await executor.workers()) {
                    _ = try executor.submit(Hold(gate: gate, journal: journal))
                }
                let count = try await executor.workers()
                while journal.lines.count < count { try await Task.sleep(for: .milliseconds(1)) }
                let future = try executor.submit(Square(1))
                let task = Task { try await future.value }
                try await Task.sleep(for: .milliseconds(2))
                future.cancel()
                try await expectThrow(CancelledError.self) { try await task.value }
            }
        },
        Behaviour(async: .asyncWaits, "the results of a map can be iterated") { context in
            try await context.withAsync { executor in
                var expected = 0
                for try await square in try executor.map(Square.init, 0..<5000) {
                    try expect(square == expected * expected, "element \(expected) is \(square)")
                    expected += 1
                }
                try expectEqual(expected, 5000)
                var seen: Set<Int> = []
                for try await square in try executor.map(Square.init, 0..<500, unordered: true) { seen.insert(square) }
                try expectEqual(seen.count, 500)
                var buffered = 0
                for try await square in try executor.map(Square.init, 0..., bufferSize: 10) {
                    if square == 10_000 { break }
                    buffered += 1
                }
                try expectEqual(buffered, 100)
            }
        },
        Behaviour(async: .asyncWaits, "the results of a map throw at their positions, and at the timeout") { context in
            let gate = context.scratch.gate("never")
            try await context.withAsync(workers: 1) { executor in
                defer { gate.open() }
                var good: [Int] = []
                try await expectThrow(BadLuck.self) {
                    for try await number in try executor.map({ Risky(number: $0) }, 1..<10) { good.append(number) }
                }
                try expectEqual(good, [1, 2, 3, 4])
                let journal = context.scratch.journal()
                let calls = (0..<3).map { Hold(gate: gate, journal: journal, number: $0) }
                try await expectThrow(TimeoutError.self) {
                    for try await _ in try executor.map(calls, timeout: .milliseconds(10)) {}
                }
            }
        },
        Behaviour(async: .asyncWaits, "cancelling a Swift task ends its iteration of a map") { context in
            let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
            try await context.withAsync { executor in
                defer { gate.open() }
                let results = try executor.map((0..<10).map { Hold(gate: gate, journal: journal, number: $0) })
                let task = Task { for try await _ in results {} }
                try await Task.sleep(for: .milliseconds(5))
                task.cancel()
                try await expectThrow(CancellationError.self) { try await task.value }
            }
        },
        Behaviour(async: .asyncWaits, "several Swift tasks share the results of one map") { context in
            try await context.withAsync { executor in
                let results = try executor.map(Square.init, 0..<2000)
                let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            var count = 0
                            for try await _ in results { count += 1 }
                            return count
                        }
                    }
                    return try await group.reduce(0, +)
                }
                try expectEqual(counts, 2000)
            }
        },
        Behaviour(async: .asyncWaits, "wait can be awaited") { context in
            try await context.withAsync { executor in
                let futures = try (0..<50).map { try executor.submit(Square($0)) }
                let (done, pending) = await wait(for: futures)
                try expectEqual(done, Set(futures))
                try expectEqual(pending, [])
                let mixed = await wait(for: [AnyFuture(futures[0]), AnyFuture(try executor.submit(Echo("x")))])
                try expectEqual(mixed.done.count, 2)
                let empty = await wait(for: [] as [Future<Int>], until: .firstCompleted)
                try expect(empty.done.isEmpty && empty.pending.isEmpty, "nothing is either")
            }
        },
        Behaviour(async: .asyncWaits, "awaiting wait ends at its timeout, and with its Swift task") { context in
            let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
            try await context.withAsync(workers: 1) { executor in
                defer { gate.open() }
                let future = try executor.submit(Hold(gate: gate, journal: journal, number: 4))
                for timeout in [Duration.zero, .milliseconds(5)] {
                    let (done, pending) = await wait(for: [future], timeout: timeout)
                    try expectEqual(done, [])
                    try expectEqual(pending, [future])
                }
                let task = Task { await wait(for: [future]) }
                task.cancel()
                try expectEqual(await task.value.pending, [future])
            }
        },
        Behaviour(async: .asyncWaits, "asCompleted can be iterated") { context in
            try await context.withAsync { executor in
                let futures = try (0..<50).map { try executor.submit(Square($0)) }
                var seen: [Future<Int>] = []
                for try await future in asCompleted(futures) {
                    try expect(future.isDone, "it is done")
                    seen.append(future)
                }
                try expectEqual(seen.count, 50)
                try expectEqual(Set(seen), Set(futures))
            }
        },
        Behaviour(async: .asyncWaits, "asCompleted throws at its timeout, and ends with its Swift task") { context in
            let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
            try await context.withAsync(workers: 1) { executor in
                defer { gate.open() }
                let future = try executor.submit(Hold(gate: gate, journal: journal, number: 4))
                try await expectThrow(TimeoutError.self) {
                    for try await _ in asCompleted([future], timeout: .milliseconds(5)) {}
                }
                let task = Task { for try await _ in asCompleted([future]) {} }
                task.cancel()
                try await expectThrow(CancellationError.self) { try await task.value }
            }
        },
        Behaviour(async: .asyncWaits, "finish waits for the work and its callbacks") { context in
            try await context.withAsync { executor in
                let calls = Locked(0)
                let futures = try (0..<20).map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
                for future in futures { future.whenDone { _ in calls.withLock { $0 += 1 } } }
                await executor.finish()
                try expect(futures.allSatisfy(\.isDone), "all are done")
                try expectEqual(calls.current, 20)
                await executor.finish(cancelFutures: true)
                try await expectThrow(ExecutorError.self) { try await executor.workers() }
            }
        },
        Behaviour(async: .asyncWaits, "the body of 'with' may be asynchronous", needs: .freeExecutors) { context in
            let futures = try await context.program.asyncScope { executor in
                await Task.yield()
                return try (0..<20).map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
            }
            try expect(futures.allSatisfy(\.isDone), "all are done")
            try await expectThrow(BadLuck.self) {
                try await ThreadPoolExecutor.with(maxWorkers: 2) { executor -> Int in
                    try await executor.submit(Risky(number: 0)).value
                }
            }
        },
        Behaviour(async: .initializerFails, "a failing initializer is told in asynchronous code as well") { context in
            try await context.withAsync(initializer: FailingInitializer(text: "no fuel")) { executor in
                let error = try await expectThrow(ExecutorError.self) { try await executor.workers() }
                try expect(error.code == .broken && error.message.contains("no fuel"), "the cause: \(error)")
            }
        },
        Behaviour(async: .asyncWaits, "waiting keeps none of Swift's threads") { context in
            let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
            try await context.withAsync(workers: 1) { executor in
                defer { gate.open() }
                let future = try executor.submit(Hold(gate: gate, journal: journal, number: 4))
                // Far more than Swift's pool has threads.
                let waiting = (0..<64).map { number in
                    Task { () -> Int in
                        switch number % 4 {
                        case 0: return try await future.value
                        case 1: return await wait(for: [future]).done.isEmpty ? 0 : 4
                        case 2:
                            for try await ended in asCompleted([future]) { return try await ended.value }
                            return 0
                        default: return try await future.map { $0 }.value
                        }
                    }
                }
                try await Task.sleep(for: .milliseconds(20))
                try expectEqual(await Task.detached { 5 }.value, 5, "another Swift task")
                gate.open()
                for task in waiting { try expectEqual(try await task.value, 4) }
            }
        },
    ]
}
