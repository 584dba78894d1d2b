import Glibc
import MPIFutures

extension Behaviour {
    static let limits = [
        Behaviour(.timeLimit, "an executor's time limit ends an endless call, and no other", needs: .isolation) {
            context in
            // Long enough for a square on a busy machine.
            let options = ExecutorOptions(isolation: .on, timeLimit: .seconds(1))
            try context.with(options: options) { executor in
                let endless = try executor.submit(Endless())
                let squares = try (0..<50).map { try executor.submit(Square($0)) }
                try expectTimeout(endless, 1)
                try expectEqual(try squares.map { try $0.result() }, (0..<50).map { $0 * $0 })
            }
        },
        Behaviour(.timeLimit, "a call may have a time limit of its own", needs: .isolation) { context in
            try context.with(workers: 1, options: ExecutorOptions(isolation: .on)) { executor in
                for limit in [200, 100] {
                    let options = CallOptions(timeLimit: .milliseconds(limit))
                    try expectTimeout(try executor.submit(Endless(), options: options), Double(limit) / 1000)
                }
                let patient = try executor.submit(Nap(milliseconds: 300, number: 7))
                try expectEqual(try patient.result(), 7)
                let quick = try executor.submit(Square(3), options: CallOptions(timeLimit: .seconds(60)))
                try expectEqual(try quick.result(), 9)
            }
        },
        Behaviour(.timeLimit, "a map may have a time limit, which costs one element", needs: .isolation) { context in
            try context.with(options: ExecutorOptions(isolation: .on)) { executor in
                let options = CallOptions(timeLimit: .seconds(1))
                let results = try executor.map({ Endless(number: $0, isOver: $0 != 5) }, 0..<20, options: options)
                for number in 0..<5 { try expectEqual(try results.next(), number) }
                try expectThrow(RemoteError.self) { try results.next() }
                for number in 6..<20 { try expectEqual(try results.next(), number) }
            }
        },
        Behaviour(.timeLimit, "a call at its limit ends or fails, and no call after it suffers", needs: .isolation) {
            context in
            try context.with(workers: 1, options: ExecutorOptions(isolation: .on)) { executor in
                let options = CallOptions(timeLimit: .milliseconds(10))
                for _ in 0..<20 {
                    let close = try executor.submit(Nap(milliseconds: 10, number: 1), options: options)
                    let squares = try (0..<50).map { try executor.submit(Square($0)) }
                    if let error = try close.error() {
                        let end = (error as? RemoteError)?.end
                        try expect(end == .timedOut(seconds: 0.01), "\(error) is the end of its time")
                    }
                    try expectEqual(try squares.map { try $0.result() }, (0..<50).map { $0 * $0 })
                }
            }
        },
        Behaviour(.timeLimit, "a grace period lets a call clean up", needs: .isolation) { context in
            let journal = context.scratch.journal()
            let options = ExecutorOptions(
                isolation: .on,
                timeLimit: .milliseconds(100),
                gracePeriod: .seconds(20)
            )
            try context.with(workers: 1, options: options) { executor in
                try expectTimeout(try executor.submit(CleanUp(journal: journal)), 0.1)
                try expectEqual(journal.lines, ["cleaned up"])
                try expectEqual(try executor.submit(Square(3)).result(), 9)
            }
        },
        Behaviour(.timeLimit, "a limit that is not positive is refused", needs: .isolation) { context in
            try context.with(options: ExecutorOptions(isolation: .on)) { executor in
                for limit in [Duration.zero, .seconds(-1)] {
                    try expectError(.invalidArgument) {
                        try executor.submit(Square(3), options: CallOptions(timeLimit: limit))
                    }
                }
            }
        },
        Behaviour(.noLimit, "workers that cannot be ended refuse a time limit", needs: .ranks) { context in
            try context.with { executor in
                let options = CallOptions(timeLimit: .seconds(60))
                let error = try expectError(.notAllowed) { try executor.submit(Square(3), options: options) }
                try expect("\(error)".contains("--isolate on"), "\(error) names the remedy")
                try expectError(.notAllowed) { try executor.map(Square.init, 0..<3, options: options) }
                try expectEqual(try executor.submit(Square(3)).result(), 9)
            }
            try expectError(.notAllowed) {
                try context.with(options: ExecutorOptions(timeLimit: .seconds(60))) { _ in }
            }
        },
        Behaviour(.endRunning, "a running call can be cancelled, and costs no other", needs: .isolation) { context in
            try context.with(workers: 1, options: ExecutorOptions(isolation: .on)) { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                let held = try executor.submit(Hold(gate: gate, journal: journal, number: 7))
                let squares = try (0..<50).map { try executor.submit(Square($0)) }
                try eventually("the call runs") { !journal.lines.isEmpty }
                try expect(!held.cancel(.pending), "a running call is not pending")
                try expect(held.cancel(.running), "it can be cancelled")
                try expect(held.isCancelled && held.cancel(.running), "it is cancelled")
                try expectThrow(CancelledError.self) { try held.result() }
                try expectEqual(try squares.map { try $0.result() }, (0..<50).map { $0 * $0 })
            }
        },
        Behaviour(.endRunning, "cancelling a derived future ends the running call", needs: .isolation) { context in
            try context.with(workers: 1, options: ExecutorOptions(isolation: .on)) { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                let held = try executor.submit(Hold(gate: gate, journal: journal, number: 7))
                let derived = held.map { $0 + 1 }
                try eventually("the call runs") { !journal.lines.isEmpty }
                try expect(derived.cancel(.running), "it can be cancelled")
                try expect(held.isCancelled, "the call is cancelled")
                try expectEqual(try executor.submit(Square(3)).result(), 9)
            }
        },
        Behaviour(.endRunning, "many calls can be cancelled at any time", needs: .isolation) { context in
            try context.with(options: ExecutorOptions(isolation: .on)) { executor in
                var generator = Generator(context)
                let futures = try (0..<400).map { number in
                    try executor.submit(Nap(milliseconds: number % 40 == 0 ? 20 : 0, number: number))
                }
                for number in futures.indices where generator.next() % 8 == 0 { futures[number].cancel(.running) }
                for (number, future) in futures.enumerated() where !future.isCancelled {
                    try expectEqual(try future.result(), number)
                }
            }
        },
        Behaviour(.noLimit, "a call on a worker that cannot be ended goes on", needs: .ranks) { context in
            try context.with(workers: 1) { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                defer { gate.open() }
                let held = try executor.submit(Hold(gate: gate, journal: journal, number: 7))
                try eventually("the call runs") { !journal.lines.isEmpty }
                try expect(!held.cancel(.running), "it cannot be cancelled")
                gate.open()
                try expectEqual(try held.result(), 7)
            }
        },
    ]
}

/// Expects that a call was ended by its time limit.
private func expectTimeout(_ future: Future<Int>, _ seconds: Double, line: Int = #line) throws {
    let error = try expectThrow(RemoteError.self, line: line) { try future.result() }
    try expectEqual(error.end, .timedOut(seconds: seconds), "the end of \(error)", line: line)
}

/// A call that never ends, unless it is over at once.
private struct Endless: RemoteCallable {
    var number = 0
    var isOver = false
    func callAsFunction() -> Int {
        while !isOver {}
        return number
    }
}

/// An endless call that ends when it is asked to.
private struct CleanUp: RemoteCallable {
    nonisolated(unsafe) private static var isAsked: sig_atomic_t = 0

    var journal: Journal

    func callAsFunction() -> Int {
        signal(SIGTERM) { _ in CleanUp.isAsked = 1 }
        while Self.isAsked == 0 { pause(.milliseconds(1)) }
        journal.note("cleaned up")
        return 0
    }
}
