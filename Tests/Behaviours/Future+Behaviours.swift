import MPIFutures

extension Behaviour {
    static let future = [
        Behaviour(.completeOnce, "a promise ends its future once, with a value or an error") { context in
            let (number, text) = (Promise<Int>(), Promise<String>())
            try expect(!number.future.isDone && !number.future.isRunning, "it is pending")
            let doubled = number.future.map { $0 * 2 }
            try expect(number.start() && !number.start(), "it starts once")
            try expect(number.future.isRunning && !number.future.cancel(), "it runs")
            startThread { number.succeed(21) }
            try expectEqual(try doubled.result(), 42)
            try expect(!number.succeed(22) && !number.fail(CancelledError()), "it has ended")
            try expectEqual(try number.future.result(), 21)
            try expect(text.fail(PlainProblem(description: "by hand")), "it fails")
            try expectThrow(PlainProblem.self) { try text.future.result() }
            let cancelled = Promise<NoResult>()
            try expect(cancelled.future.cancel(), "a pending one can be cancelled")
            try expect(!cancelled.start() && !cancelled.succeed(), "and keeps its end")
        },
        Behaviour(.completeOnce, "a promise chains with calls, and is waited for with them") { context in
            try context.with { executor in
                let promise = Promise<Int>()
                let squared = promise.future.flatMap { try executor.submit(Square($0)) }
                let all = [AnyFuture(promise.future), AnyFuture(squared), AnyFuture(try executor.submit(Square(2)))]
                promise.succeed(5)
                try expectEqual(try squared.result(), 25)
                try expectEqual(wait(for: all, timeout: .seconds(60)).done.count, 3)
            }
        },
        Behaviour(.newIsPending, "a new future is pending") { context in
            try context.blocked { executor, _ in
                let future = try executor.submit(Square(3))
                try expect(!future.isDone && !future.isRunning && !future.isCancelled, "it is pending")
            }
        },
        Behaviour(.newIsPending, "a future runs while its call does, and is then done") { context in
            try context.with(workers: 1) { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                defer { gate.open() }
                let future = try executor.submit(Hold(gate: gate, journal: journal, number: 7))
                try eventually("the call runs") { !journal.lines.isEmpty }
                try expect(future.isRunning && !future.isDone && !future.isCancelled, "it runs")
                gate.open()
                try expectEqual(try future.result(), 7)
                try expect(!future.isRunning && future.isDone && !future.isCancelled, "it is done")
            }
        },
        Behaviour(.cancelPending, "a pending future can be cancelled, again and again") { context in
            try context.blocked { executor, gate in
                let journal = context.scratch.journal("run")
                let future = try executor.submit(Note(journal: journal, number: 1))
                try expect(future.cancel(), "it can be cancelled")
                try expect(future.cancel(), "cancelling again says the same")
                try expect(future.isCancelled && future.isDone && !future.isRunning, "it is cancelled")
                gate.open()
                executor.shutdown()
                try expectEqual(journal.lines, [], "what ran")
            }
        },
        Behaviour(.cancelRunning, "a running or finished future cannot be cancelled") { context in
            try context.with(workers: 1) { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                defer { gate.open() }
                let future = try executor.submit(Hold(gate: gate, journal: journal, number: 7))
                try eventually("the call runs") { !journal.lines.isEmpty }
                try expect(!future.cancel(), "a running one cannot be cancelled")
                gate.open()
                try expectEqual(try future.result(), 7)
                try expect(!future.cancel(), "a finished one cannot be cancelled")
                try expect(!future.isCancelled, "it is not cancelled")
                let failed = try executor.submit(Fail())
                _ = try failed.error()
                try expect(!failed.cancel(), "a failed one cannot be cancelled")
            }
        },
        Behaviour(.cancelledThrows, "a cancelled future throws CancelledError from result and error") { context in
            try context.blocked { executor, _ in
                let future = try executor.submit(Square(3))
                future.cancel()
                try expectThrow(CancelledError.self) { try future.result() }
                try expectThrow(CancelledError.self) { try future.error() }
                try expectThrow(CancelledError.self) { try future.result(timeout: .zero) }
                try expectThrow(CancelledError.self) { try future.error(timeout: .seconds(5)) }
            }
        },
        Behaviour(.cancelledThrows, "cancelling wakes those who wait") { context in
            try context.blocked { executor, _ in
                let future = try executor.submit(Square(3))
                let waiting = Event()
                startThread {
                    pause(.milliseconds(5))
                    future.cancel()
                    waiting.happen()
                }
                try expectThrow(CancelledError.self) { try future.result() }
                try expect(waiting.wait(.seconds(10)), "the other thread ends")
            }
        },
        Behaviour(.timeoutUnharmed, "a timeout throws TimeoutError and does the future no harm") { context in
            try context.blocked { executor, gate in
                let future = try executor.submit(Square(3))
                try expectThrow(TimeoutError.self) { try future.result(timeout: .milliseconds(5)) }
                try expectThrow(TimeoutError.self) { try future.error(timeout: .milliseconds(5)) }
                try expectThrow(TimeoutError.self) { try future.result(timeout: .seconds(-5)) }
                try expect(!future.isDone && !future.isCancelled, "it is pending as before")
                gate.open()
                try expectEqual(try future.result(timeout: .seconds(30)), 9)
                try expect(try future.error() == nil, "it has no error")
            }
        },
        Behaviour(.zeroPolls, "a timeout of zero polls") { context in
            try context.blocked { executor, gate in
                let future = try executor.submit(Square(3))
                try expectThrow(TimeoutError.self) { try future.result(timeout: .zero) }
                gate.open()
                try eventually("the result is there") { (try? future.result(timeout: .zero)) == 9 }
            }
        },
        Behaviour(.manyWaiters, "many threads may wait on one future") { context in
            try context.blocked { executor, gate in
                let future = try executor.submit(Echo((0..<1000).map { "\($0)" }))
                let expected = (0..<1000).map { "\($0)" }
                let opening = Event()
                startThread {
                    pause(.milliseconds(10))
                    gate.open()
                    opening.happen()
                }
                try inThreads(32) { thread in
                    if thread % 4 == 0 { _ = try? future.result(timeout: .milliseconds(thread)) }
                    try expectEqual(try future.result(), expected)
                }
                _ = opening.wait(.seconds(10))
            }
        },
        Behaviour(.completeOnce, "a future that has ended keeps its end") { context in
            try context.with { executor in
                let future = try executor.submit(Square(4))
                try expectEqual(try future.result(), 16)
                future.cancel()
                executor.shutdown(cancelFutures: true)
                try expectEqual(try future.result(), 16)
                try expectEqual(try future.result(timeout: .zero), 16)
            }
        },
    ]
}
