import MPIFutures

extension Behaviour {
    static let completion = [
        Behaviour(.completedOrder, "asCompleted yields each once, in the order of completion") { context in
            try context.with(workers: 1) { executor in
                let futures = try [2, 0, 1].map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
                var seen: [Future<Int>] = []
                let completed = asCompleted(futures)
                while let future = completed.next() {
                    try expect(future.isDone, "it is done")
                    seen.append(future)
                }
                try expectEqual(Set(seen), Set(futures))
                try expectEqual(seen.count, 3)
                try expect(completed.next() == nil, "it stays at its end")
            }
        },
        Behaviour(.completedOrder, "asCompleted follows the order in which futures end, not that of the list") {
            context in
            try context.blocked { executor, _ in
                let futures = try (0..<20).map { try executor.submit(Square($0)) }
                let completed = asCompleted(futures)
                let order = [4, 19, 0, 7, 12]
                for index in order { futures[index].cancel() }
                for index in order { try expectEqual(completed.next(), futures[index]) }
                for future in futures { future.cancel() }
            }
        },
        Behaviour(.completedOrder, "a loop over asCompleted takes each future once, in the order of completion") {
            context in
            try context.blocked { executor, gate in
                let futures = try (0..<20).map { try executor.submit(Square($0)) }
                let order = [4, 19, 0, 7, 12]
                for index in order { futures[index].cancel() }
                let completed = asCompleted(futures)
                var seen: [Future<Int>] = []
                for future in completed {
                    try expect(future.isDone, "it is done")
                    seen.append(future)
                    if seen.count == order.count { gate.open() }
                }
                try expectEqual(Set(seen.prefix(5)), Set(order.map { futures[$0] }))
                try expectEqual(seen.count, 20)
                try expectEqual(Set(seen), Set(futures))
                for _ in completed { try expect(false, "it stays at its end") }
                try expectEqual(asCompleted(futures).map { $0 }.count, 20)
            }
        },
        Behaviour(.completedOrder, "futures of different types complete together, and have their types back") {
            context in
            try context.with { executor in
                let calls: [any RemoteCallable] = [Square(3), Join(left: "a", middle: 1, right: []), Risky(number: 5)]
                let futures = try calls.map { try executor.submit($0) }
                var seen: [AnyFuture] = []
                for future in asCompleted(futures + futures) { seen.append(future) }
                try expectEqual(Set(seen), Set(futures))
                try expectEqual(seen.count, 3)
                let timed = asCompleted(futures, timeout: .zero)
                for _ in 0..<3 { try expect(try timed.next() != nil, "all are done") }
                try expectEqual(try futures[0].cast(as: Int.self)?.result(), 9)
                try expectEqual(try futures[1].cast(as: String.self)?.result(), "a-1-[]")
                try expect(futures[0].cast(as: String.self) == nil, "another type")
                try expect(try futures[0].error() == nil, "no error")
                try expectEqual((try futures[2].error() as? BadLuck)?.number, 5)
            }
        },
        Behaviour(.completedMemory, "asCompleted keeps no future that has been taken") { context in
            try context.with(workers: 1) { executor in
                let gate = context.scratch.gate()
                defer { gate.open() }
                let completed = asCompleted(
                    try (0..<20).map { try executor.submit(MakePerson(name: "\($0)", gate: $0 < 10 ? nil : gate)) }
                )
                for _ in 0..<10 {
                    weak var person: Person?
                    do {
                        let future = completed.next()
                        person = try future?.result()
                        try expect(person != nil, "the future keeps its value")
                    }
                    // The dispatcher may be about to let it go.
                    try eventually("the value is freed with its future") { person == nil }
                }
                gate.open()
                while let future = completed.next() { _ = try future.result() }
            }
        },
        Behaviour(async: .completedMemory, "asynchronous iteration of asCompleted keeps no future that it gave") {
            context in
            let gate = context.scratch.gate()
            try await context.withAsync { executor in
                defer { gate.open() }
                let completed = asCompleted(
                    try (0..<10).map { try executor.submit(MakePerson(name: "\($0)", gate: $0 < 5 ? nil : gate)) }
                )
                var iterator = completed.makeAsyncIterator()
                for _ in 0..<5 {
                    weak var person: Person?
                    do {
                        let future = try await iterator.next()
                        person = try await future?.value
                    }
                    for _ in 0..<10_000 where person != nil { try await Task.sleep(for: .milliseconds(1)) }
                    try expect(person == nil, "the value is freed with its future")
                }
            }
        },
        Behaviour(.completedMemory, "wait keeps no future when it has returned") { context in
            try context.with(workers: 1) { executor in
                let gate = context.scratch.gate()
                defer { gate.open() }
                weak var person: Person?
                do {
                    let future = try executor.submit(MakePerson(name: "a", gate: nil))
                    let held = try executor.submit(MakePerson(name: "b", gate: gate))
                    _ = wait(for: [future, held], until: .firstCompleted)
                    person = try future.result()
                }
                try eventually("the value is freed with its future") { person == nil }
            }
        },
        Behaviour(.completedDuplicates, "duplicates count once for asCompleted") { context in
            try context.with { executor in
                let future = try executor.submit(Square(1))
                let completed = asCompleted([future, future])
                try expectEqual(completed.next(), future)
                try expect(completed.next() == nil, "it comes once")
            }
        },
        Behaviour(.completedTimeout, "asCompleted with a timeout of zero yields the done ones, then throws") {
            context in
            try context.blocked { executor, _ in
                let futures = try (0..<5).map { try executor.submit(Square($0)) }
                futures[1].cancel()
                futures[3].cancel()
                let completed = asCompleted(futures, timeout: .zero)
                var seen: Set<Future<Int>> = []
                for _ in 0..<2 { if let future = try completed.next() { seen.insert(future) } }
                try expectEqual(seen, [futures[1], futures[3]])
                try expectThrow(TimeoutError.self) { try completed.next() as Any }
            }
        },
        Behaviour(.completedEarlyStop, "asCompleted that is stopped early leaves the futures as they were") { context in
            try context.blocked { executor, gate in
                let futures = try (0..<50).map { try executor.submit(Square($0)) }
                futures[0].cancel()
                weak var dropped: CompletedFutures<Future<Int>>?
                do {
                    let completed = asCompleted(futures)
                    dropped = completed
                    try expectEqual(completed.next(), futures[0])
                }
                try expect(dropped == nil, "nothing keeps it")
                gate.open()
                try expectEqual(try futures[49].result(), 2401)
            }
        },
        Behaviour(.completedOrder, "several threads share the futures of one asCompleted") { context in
            try context.with { executor in
                let futures = try (0..<200).map { try executor.submit(Square($0)) }
                let (completed, seen) = (asCompleted(futures), Locked<[Future<Int>]>([]))
                try inThreads(6) { _ in
                    while let future = completed.next() { seen.withLock { $0.append(future) } }
                }
                try expectEqual(seen.current.count, 200)
                try expectEqual(Set(seen.current), Set(futures))
            }
        },
    ]
}
