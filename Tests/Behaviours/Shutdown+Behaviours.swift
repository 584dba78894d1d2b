import MPIFutures

extension Behaviour {
    static let shutdown = [
        Behaviour(.closedThrows, "submit and map throw after shutdown") { context in
            for wait in [true, false] {
                try context.with { executor in
                    executor.shutdown(wait: wait)
                    try expectError(.shutdown) { try executor.submit(Square(1)) }
                    try expectError(.shutdown) { try executor.map(Square.init, 0..<3) }
                    try expectError(.shutdown) { try executor.map(Square.init, 0..<3, bufferSize: 2) }
                    try expectError(.shutdown) { try executor.starmap(Power.init, [(base: 1, exponent: 2)]) }
                    try expectError(.shutdown) { try executor.broadcast(1) }
                }
            }
        },
        Behaviour(.pendingFinish, "50 pending tasks finish across the shutdown") { context in
            try context.with { executor in
                let futures = try (0..<50).map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
                executor.shutdown()
                try expect(futures.allSatisfy(\.isDone), "all are done")
                try expectEqual(try futures.map { try $0.result(timeout: .zero) }, Array(0..<50))
            }
        },
        Behaviour(.noWait, "shutdown without waiting returns at once, and the work still finishes") { context in
            try context.with { executor in
                let gate = try context.block(executor)
                defer { gate.open() }
                let futures = try (0..<50).map { try executor.submit(Square($0)) }
                let results = try executor.map(Square.init, 0..<50)
                executor.shutdown(wait: false)
                try expect(!futures.contains { $0.isDone }, "nothing has been waited for")
                gate.open()
                try expectEqual(try futures.map { try $0.result() }, (0..<50).map { $0 * $0 })
                try expectEqual(try results.array(), (0..<50).map { $0 * $0 })
            }
        },
        Behaviour(.laterWait, "a later waiting shutdown frees everything", needs: .freeExecutors) { context in
            let executor = try context.executor()
            let future = try executor.submit(Nap(milliseconds: 20, number: 3))
            executor.shutdown(wait: false)
            executor.shutdown(wait: true)
            try expect(future.isDone, "the work is done")
            try expectEqual(executor.workerCount, 0)
        },
        Behaviour(.laterWait, "the threads of an executor end with it", needs: [.freeExecutors, .ownWorkers]) {
            context in
            let before = threadCount
            for round in 0..<5 {
                let executor = try context.executor(workers: 4)
                try executor.submit(Square(round)).whenDone { _ in }
                if round % 2 == 0 { executor.shutdown(wait: false) }
                executor.shutdown(wait: true)
            }
            try eventually("there are \(before) threads again, not \(threadCount)") { threadCount <= before }
        },
        Behaviour(.cancelFutures, "cancelFutures cancels what is queued, not what runs, and wait returns") { context in
            try context.with { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                defer { gate.open() }
                let count = executor.workerCount
                let running = try (0..<count).map {
                    try executor.submit(Hold(gate: gate, journal: journal, number: $0))
                }
                try eventually("the workers are busy") { journal.lines.count == count }
                let queued = try (0..<100).map { try executor.submit(Square($0)) }
                let results = try executor.map(Square.init, 0..<10)
                executor.shutdown(wait: false, cancelFutures: true)
                try expect(queued.allSatisfy(\.isCancelled), "the queued ones are cancelled")
                try expectThrow(CancelledError.self) { try results.next() as Any }
                try expect(!running.contains { $0.isDone }, "the running ones are not")
                startThread {
                    pause(.milliseconds(5))
                    gate.open()
                }
                let (done, pending) = wait(for: running + queued)
                try expectEqual(done.count, 100 + count)
                try expectEqual(pending, [])
                try expectEqual(try running.map { try $0.result() }, Array(0..<count))
            }
        },
        Behaviour(.shutdownRepeated, "shutdown repeated in any combination is fine", needs: .freeExecutors) { context in
            for first in 0..<4 {
                for second in 0..<4 {
                    let executor = try context.executor(workers: 1)
                    let futures = try (0..<10).map { try executor.submit(Square($0)) }
                    for call in [first, second, first] {
                        executor.shutdown(wait: call & 1 == 0, cancelFutures: call & 2 == 0)
                    }
                    for future in futures { _ = try? future.result() }
                    try expect(futures.allSatisfy(\.isDone), "all have ended")
                }
            }
        },
        Behaviour(.shutdownRepeated, "many threads may shut an executor down at once", needs: .freeExecutors) {
            context in
            let executor = try context.executor()
            let futures = try (0..<50).map { try executor.submit(Square($0)) }
            try inThreads(6) { thread in executor.shutdown(wait: thread % 3 != 0) }
            try expect(futures.allSatisfy(\.isDone), "all have ended")
        },
        Behaviour(.withJoins, "leaving 'with' joins", needs: .freeExecutors) { context in
            let futures = try context.program.scope { executor in
                try (0..<20).map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
            }
            try expect(futures.allSatisfy(\.isDone), "all are done")
            let more = try ThreadPoolExecutor.with(maxWorkers: 2) { executor in
                try (0..<20).map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
            }
            try expect(more.allSatisfy(\.isDone), "all are done")
        },
        Behaviour(.withJoins, "an error that leaves 'with' cancels what is queued", needs: .freeExecutors) { context in
            let futures = Locked<[Future<Int>]>([])
            let gate = context.scratch.gate()
            try expectThrow(BadLuck.self) {
                try context.program.scope { executor in
                    let blocking = try context.block(executor, "inner")
                    for number in 0..<50 {
                        let future = try executor.submit(Square(number))
                        futures.withLock { $0.append(future) }
                    }
                    startThread {
                        // Opened when the futures have been cancelled, as the body's error makes them.
                        try? eventually("cancelled") { futures.current.allSatisfy(\.isCancelled) }
                        blocking.open()
                        gate.open()
                    }
                    throw BadLuck(number: 1, text: "")
                }
            }
            try expect(futures.current.allSatisfy(\.isCancelled), "all are cancelled")
        },
        Behaviour(.dropJoins, "a dropped executor does its work, and leaks nothing", needs: .freeExecutors) { context in
            let before = threadCount
            weak var engine: ExecutorEngine?
            var futures: [Future<Int>] = []
            do {
                let executor = try context.executor(workers: 3)
                engine = executor._engine
                futures = try (0..<20).map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
            }
            try expect(engine == nil, "nothing keeps it")
            try expectEqual(try futures.map { try $0.result() }, Array(0..<20), "its work")
            if context.source.sharedWorkers == nil {
                try eventually("there are \(before) threads again, not \(threadCount)") { threadCount <= before }
            }
        },
        Behaviour(.dropJoins, "an executor may be dropped by its own callback", needs: .freeExecutors) { context in
            let ended = Event()
            do {
                let executor = try context.executor()
                let future = try executor.submit(Nap(milliseconds: 5))
                future.whenDone { _ in
                    _ = executor
                    ended.happen()
                }
            }
            try expect(ended.wait(.seconds(10)), "the callback runs")
        },
    ]
}
