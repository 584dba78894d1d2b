import MPIFutures

extension Behaviour {
    private static let squares = (0..<40).map { $0 * $0 }

    static let maps = [
        Behaviour(.mapSerial, "map equals the serial map over ranges, lists and iterators") { context in
            try context.with { executor in
                try expectEqual(try executor.map(Square.init, 0..<40).array(), squares)
                try expectEqual(try executor.map(Square.init, Array(0..<40)).array(), squares)
                try expectEqual(try executor.map(Square.init, Set(0..<40)).array().sorted(), squares)
                try expectEqual(
                    try executor.map(Square.init, sequence(first: 0) { $0 < 39 ? $0 + 1 : nil }).array(),
                    squares
                )
                try expectEqual(try executor.map((0..<40).lazy.map(Square.init)).array(), squares)
                try expectEqual(try executor.map(Square.init, 0..<0).array(), [])
            }
        },
        Behaviour(.mapSerial, "map equals the serial map over several sequences, the shortest of which ends it") {
            context in
            try context.with { executor in
                let expected = zip(1...9, 2...).map { Power(base: $0, exponent: $1)() }
                try expectEqual(try executor.map(Power.init, 1...9, 2...20).array(), expected)
                try expectEqual(try executor.map(Power.init, 1...20, 2...10).array(), expected)
                let texts = try executor.map(Join.init, ["a", "b"], 1..., repeatElement([0.5], count: 10)).array()
                try expectEqual(texts, ["a-1-[0.5]", "b-2-[0.5]"])
                // Each of the sequences is the shortest in turn.
                for shortest in 0..<5 {
                    let ranges = (0..<5).map { 0..<($0 == shortest ? 3 : 9) }
                    let (a, b, c, d, e) = (ranges[0], ranges[1], ranges[2], ranges[3], ranges[4])
                    let four = try executor.map({ Sum([$0, $1, $2, $3]) }, a, b, c, d).array()
                    try expectEqual(four, (0..<(shortest < 4 ? 3 : 9)).map { 4 * $0 })
                    let five = try executor.map({ Sum([$0, $1, $2, $3, $4]) }, a, b, c, d, e).array()
                    try expectEqual(five, [0, 5, 10])
                }
            }
        },
        Behaviour(.mapSerial, "starmap equals the serial map over tuples") { context in
            try context.with { executor in
                let tuples = (0..<20).map { ($0, $0 % 5) }
                let expected = tuples.map { Power(base: $0, exponent: $1)() }
                try expectEqual(try executor.starmap(Power.init, tuples).array(), expected)
                try expectEqual(try executor.starmap(Power.init, tuples, chunkSize: 3).array(), expected)
                try expectEqual(
                    try executor.starmap(Power.init, tuples, unordered: true).array().sorted(),
                    expected.sorted()
                )
                try expectEqual(try executor.starmap(Power.init, [] as [(Int, Int)]).array(), [])
                try expectEqual(try executor.starmap(Join.init, [("a", 1, [0.5])]).array(), ["a-1-[0.5]"])
                try expectEqual(try executor.starmap({ Sum([$0, $1, $2, $3]) }, [(1, 2, 3, 4)]).array(), [10])
                try expectEqual(try executor.starmap({ Sum([$0, $1, $2, $3, $4]) }, [(1, 2, 3, 4, 5)]).array(), [15])
            }
        },
        Behaviour(.mapRandom, "a run with random numbers has the same digits as the serial run, with any chunk size") {
            context in
            try context.with { executor in
                let streams = CallRandom.streams(seed: 42)
                let expected = zip(1...500, streams).map { RandomMean(count: $0, random: $1)() }
                for chunkSize in [nil, 1, 7, 500] {
                    let means = try executor.map(RandomMean.init, 1...500, streams, chunkSize: chunkSize).array()
                    try expectEqual(means, expected)
                }
            }
        },
        Behaviour(.mapSerial, "map of asynchronous calls, and of large ones, equals the serial map") { context in
            try context.with { executor in
                try expectEqual(try executor.map(SlowSquare.init, 0..<40).array(), squares)
                let blocks = (0..<20).map { number in (0..<20_000).map { $0 ^ number } }
                try expectEqual(try executor.map({ Echo($0) }, blocks).array(), blocks)
            }
        },
        Behaviour(.mapSerial, "a hundred thousand elements arrive in order") { context in
            try context.with { executor in
                var next = 0
                let results = try executor.map(Square.init, 0..<100_000)
                while let result = try results.next() {
                    try expect(result == next * next, "element \(next) is \(result)")
                    next += 1
                }
                try expectEqual(next, 100_000)
                try expect(try results.next() == nil, "it stays at its end")
            }
        },
        Behaviour(.mapError, "an error surfaces at its position, and what is behind it can be taken") { context in
            try context.with { executor in
                for chunkSize in [nil, 1, 4, 100] {
                    let results = try executor.map({ Risky(number: $0) }, 1..<12, chunkSize: chunkSize)
                    try expectEqual(
                        [try results.next(), try results.next(), try results.next(), try results.next()],
                        [1, 2, 3, 4]
                    )
                    try expectEqual(try expectThrow(BadLuck.self) { try results.next() as Any }.number, 5)
                    try expectEqual(try results.next(), 6)
                    try expectThrow(BadLuck.self) { try results.array() }
                }
            }
        },
        Behaviour(.mapError, "results that travel in different ways arrive in order, and errors among them") {
            context in
            try context.with { executor in
                let calls = (0..<2000).map { Shout(number: $0, text: "text \($0)") }
                var taken = 0
                for outcome in try executor.map(calls).outcomes {
                    let outcome = outcome.mapError { $0 as? BadLuck ?? BadLuck(number: -1, text: "\($0)") }
                    try expectEqual(outcome, calls[taken].expected)
                    taken += 1
                }
                try expectEqual(taken, calls.count)
                let fine = calls.filter { (try? $0.expected.get()) != nil }
                let expected = try fine.map { try $0.expected.get() }
                try expectEqual(try executor.map(fine).array(), expected)
                // An array takes what is left behind single results.
                let results = try executor.map(fine)
                for value in expected[..<10] { try expectEqual(try results.next(), value) }
                try expectEqual(try results.array(), Array(expected[10...]))
                try expectThrow(BadLuck.self) { try executor.map(calls).array() }
            }
        },
        Behaviour(.mapError, "a result that the master refuses in decoding is an error at its position") { context in
            try context.with { executor in
                let calls = (1...200).map { Measure(degrees: $0 == 150 ? -1 : 1, name: "reading \($0)") }
                let readings = calls.map { $0() }
                try expectEqual(try executor.map(calls[..<149]).array(), Array(readings[..<149]))
                try expectThrow(TooCold.self) { try executor.map(calls).array() }
                let results = try executor.map(calls)
                for reading in readings[..<149] { try expectEqual(try results.next(), reading) }
                try expectThrow(TooCold.self) { try results.next() }
                try expectEqual(try results.array(), Array(readings[150...]))
            }
        },
        Behaviour(.mapSerial, "a map over no sequences is empty") { context in
            try context.with { executor in
                try expectEqual(try executor.map({ Square(2) }).array(), [])
                try expectEqual(try executor.map({ Square(2) }, bufferSize: 3).array(), [])
                try expectEqual(try executor.starmap({ Square(2) }, [(), ()]).array(), [4, 4])
            }
        },
        Behaviour(.mapError, "an error of making an element is thrown by map") { context in
            try context.with { executor in
                try expectThrow(PlainProblem.self) {
                    try executor.map(
                        { number throws -> Square in
                            if number == 500 { throw PlainProblem(description: "") }
                            return Square(number)
                        },
                        0..<1000
                    )
                }
                try expectEqual(try executor.submit(Square(2)).result(), 4)
            }
        },
        Behaviour(.mapOneFails, "one failing element inside a chunk costs only itself") { context in
            try context.with { executor in
                let results = try executor.map({ Risky(number: $0, divisor: 7) }, 1...40, chunkSize: 20)
                var (good, bad): ([Int], [Int]) = ([], [])
                for _ in 1...40 {
                    do { if let number = try results.next() { good.append(number) } } catch let error as BadLuck {
                        bad.append(error.number)
                    }
                }
                try expectEqual(bad, [7, 14, 21, 28, 35])
                try expectEqual(good, (1...40).filter { $0 % 7 != 0 })
            }
        },
        Behaviour(.mapSerial, "forEach and reduce of a map see every result once, in order") { context in
            try context.with { executor in
                var seen: [Int] = []
                try executor.map(Square.init, 0..<40).forEach { seen.append($0) }
                try expectEqual(seen, squares)
                try expectEqual(try executor.map(Square.init, 0..<40).reduce(0, +), squares.reduce(0, +))
                let results = try executor.map(Square.init, 0..<40)
                _ = try results.next()
                try expectEqual(try results.reduce(into: []) { $0.append($1) }, Array(squares.dropFirst()))
                try results.forEach { _ in try expect(false, "it stays at its end") }
            }
        },
        Behaviour(.mapError, "forEach of a map throws the first error, its body's too, and ends the map") { context in
            try context.with { executor in
                let results = try executor.map({ Risky(number: $0) }, 1..<12)
                var seen: [Int] = []
                try expectEqual(try expectThrow(BadLuck.self) { try results.forEach { seen.append($0) } }.number, 5)
                try expectEqual(seen, [1, 2, 3, 4])
                try expect(try results.next() == nil, "nothing comes any more")
                let others = try executor.map(Square.init, 0..<40)
                try expectThrow(PlainProblem.self) {
                    try others.forEach { if $0 == 4 { throw PlainProblem(description: "four") } }
                }
                try expect(try others.next() == nil, "nothing comes any more")
            }
        },
        Behaviour(.mapError, "a loop over the outcomes of a map goes on after an error") { context in
            try context.with { executor in
                for unordered in [false, true] {
                    let results = try executor.map({ Risky(number: $0) }, 1..<12, unordered: unordered)
                    var (good, bad): (Set<Int>, [Int]) = ([], [])
                    for outcome in results.outcomes {
                        switch outcome {
                        case .success(let number): good.insert(number)
                        case .failure(let error): bad.append((error as? BadLuck)?.number ?? -1)
                        }
                    }
                    try expectEqual(bad.sorted(), [5, 10])
                    try expectEqual(good, Set(1..<12).subtracting([5, 10]))
                }
            }
        },
        Behaviour(.mapTimeout, "the outcomes of a map end with its timeout") { context in
            try context.blocked { executor, _ in
                let outcomes = Array(try executor.map(Square.init, 0..<10, timeout: .zero).outcomes)
                try expectEqual(outcomes.count, 1)
                try expectThrow(TimeoutError.self) { try outcomes[0].get() }
            }
        },
        Behaviour(.mapTimeout, "a timeout keeps earlier results and cancels the rest") { context in
            // The earlier results have to come within the time; a machine that is busy needs more of it.
            for (round, timeout) in [Duration.milliseconds(200), .seconds(1), .seconds(10)].enumerated() {
                let scratch = context.scratch.directory("\(round)")
                if try keepsEarlierResults(context, scratch, timeout) { return }
            }
            try expect(false, "two results come within ten seconds")
        },
        Behaviour(.mapTimeout, "a timeout counts from the call, not from the taking") { context in
            try context.blocked { executor, _ in
                let results = try executor.map(Square.init, 0..<10, timeout: .milliseconds(20))
                pause(.milliseconds(30))
                try expectThrow(TimeoutError.self) { try results.next() as Any }
                let zero = try executor.map(Square.init, 0..<10, timeout: .zero)
                try expectThrow(TimeoutError.self) { try zero.array() }
            }
        },
        Behaviour(.mapAdequate, "an adequate timeout completes") { context in
            try context.with { executor in
                try expectEqual(try executor.map(Square.init, 0..<40, timeout: .seconds(30)).array(), squares)
                try expectEqual(try executor.starmap(Power.init, [(2, 3)], timeout: .seconds(30)).array(), [8])
                let large = try executor.map(Square.init, 0..<40, timeout: .seconds(Int64.max))
                try expectEqual(try large.array(), squares)
            }
        },
        Behaviour(.mapChunks, "chunk sizes change nothing in the results") { context in
            try context.with { executor in
                for chunkSize in [1, 6, 39, 40, 41, 50, 1_000_000, Int.max] {
                    let results = try executor.map(Square.init, 0..<40, chunkSize: chunkSize)
                    try expectEqual(try results.array(), squares, "chunks of \(chunkSize)")
                    let unordered = try executor.map(Square.init, 0..<40, chunkSize: chunkSize, unordered: true)
                    try expectEqual(try unordered.array().sorted(), squares, "unordered chunks of \(chunkSize)")
                }
            }
        },
        Behaviour(.mapChunks, "chunk sizes that are not positive are refused") { context in
            try context.with { executor in
                for size in [0, -1, Int.min] {
                    try expectError(.invalidArgument) { try executor.map(Square.init, 0..<4, chunkSize: size) }
                    try expectError(.invalidArgument) { try executor.starmap(Power.init, [(1, 2)], chunkSize: size) }
                    try expectError(.invalidArgument) {
                        try executor.map(Square.init, 0..<4, bufferSize: 2, chunkSize: size)
                    }
                }
            }
        },
        Behaviour(.mapBuffers, "buffer sizes and chunk sizes change nothing in the results") { context in
            try context.with { executor in
                for bufferSize in [1, 2, 9, 10, 11] {
                    for chunkSize in [1, 2, 9, 10, 11] {
                        let results = try executor.map(
                            Square.init,
                            0..<10,
                            bufferSize: bufferSize,
                            chunkSize: chunkSize
                        )
                        try expectEqual(
                            try results.array(),
                            Array(squares.prefix(10)),
                            "buffer \(bufferSize), chunks of \(chunkSize)"
                        )
                    }
                    let results = try executor.map(Square.init, 0..<40, bufferSize: bufferSize)
                    try expectEqual(try results.array(), squares, "buffer \(bufferSize)")
                }
                let huge = try executor.map(Square.init, 0..<40, bufferSize: Int.max, chunkSize: 2)
                try expectEqual(try huge.array(), squares)
                for size in [0, -1, Int.min] {
                    try expectError(.invalidArgument) { try executor.map(Square.init, 0..<4, bufferSize: size) }
                }
            }
        },
        Behaviour(.mapBuffers, "a buffer bounds how far an endless sequence is gone through") { context in
            try context.with { executor in
                let made = Locked(0)
                let results = try executor.map(
                    { (number: Int) -> Square in
                        made.withLock { $0 += 1 }
                        return Square(number)
                    },
                    0...,
                    bufferSize: 8
                )
                for number in 0..<500 {
                    try expectEqual(try results.next(), number * number)
                    let ahead = made.current - number
                    try expect(ahead <= 9, "\(ahead) elements are under way")
                }
                results.cancel()
            }
        },
        Behaviour(.mapBuffers, "an error of making an element of a buffered map surfaces when results are taken") {
            context in
            try context.with { executor in
                let results = try executor.map(
                    { (number: Int) throws -> Square in
                        if number == 20 { throw PlainProblem(description: "twenty") }
                        return Square(number)
                    },
                    0...,
                    bufferSize: 4
                )
                try expectThrow(PlainProblem.self) { while try results.next() != nil {} }
                try expectEqual(try executor.submit(Square(2)).result(), 4)
            }
        },
        Behaviour(.mapUnordered, "unordered gives the same set") { context in
            try context.with { executor in
                try expectEqual(try executor.map(Square.init, 0..<40, unordered: true).array().sorted(), squares)
                let many = try executor.map(Square.init, 0..<20_000, unordered: true).array()
                try expectEqual(many.sorted(), (0..<20_000).map { $0 * $0 })
            }
        },
        Behaviour(.mapUnordered, "unordered waits for no element") { context in
            try context.with { executor in
                let scratch = context.scratch
                defer { scratch.gate("3").open() }
                for number in 0..<8 where number != 3 { scratch.gate("\(number)").open() }
                let calls = (0..<8).map { Pass(scratch: scratch, number: $0) }
                // One element keeps one worker, and at most one frame behind it there; where there is no other worker,
                // those before it come all the same.
                let count = executor.workerCount > 1 ? 6 : 3
                let results = try executor.map(calls, chunkSize: 1, unordered: true)
                let seen = try Set((0..<count).compactMap { _ in try results.next() })
                try expectEqual(seen.count, count)
                try expect(!seen.contains(3), "the one that is held is not among them")
                scratch.gate("3").open()
                try expectEqual(try seen.union(results.array()), Set(0..<8))
            }
        },
        Behaviour(.mapUnordered, "the timeout of an unordered map yields the finished") { context in
            for (round, timeout) in [Duration.milliseconds(200), .seconds(1), .seconds(10)].enumerated() {
                let scratch = context.scratch.directory("\(round)")
                if try yieldsFinished(context, scratch, timeout) { return }
            }
            try expect(false, "three results come within ten seconds")
        },
        Behaviour(.mapUnorderedError, "errors of an unordered map cost only themselves") { context in
            try context.with { executor in
                let results = try executor.map({ Risky(number: $0, divisor: 4) }, 1...40, chunkSize: 3, unordered: true)
                var (good, bad): (Set<Int>, Set<Int>) = ([], [])
                for _ in 1...40 {
                    do { if let number = try results.next() { good.insert(number) } } catch let error as BadLuck {
                        bad.insert(error.number)
                    }
                }
                try expect(try results.next() == nil, "that is all")
                try expectEqual(bad, Set(stride(from: 4, through: 40, by: 4)))
                try expectEqual(good.count, 30)
            }
        },
        Behaviour(.mapDropUnbegun, "a map whose results nobody takes makes its calls") { context in
            try context.with { executor in
                for (kind, map) in Self.droppedMaps {
                    let journal = context.scratch.journal(kind)
                    try map(executor, journal)
                    try eventually("the calls of a map, \(kind)") { journal.lines.count == 10 }
                    try expectEqual(Set(journal.lines), Set((0..<10).map { "\($0)" }), kind)
                }
            }
        },
        Behaviour(.mapDropUnbegun, "an executor's body ends when the calls of a map that was dropped have been made") {
            context in
            let journal = context.scratch.journal()
            try context.with { executor in
                _ = try executor.map((0..<100).map { SlowNote(journal: journal, number: $0) })
            }
            try expectEqual(journal.lines.count, 100)
        },
        Behaviour(.mapDropUnbegun, "an error of making an element cancels what has been queued") { context in
            try context.blocked { executor, gate in
                let journal = context.scratch.journal("run")
                let make: @Sendable (Int) throws -> Note = { number in
                    if number == 50 { throw PlainProblem(description: "fifty") }
                    return Note(journal: journal, number: number)
                }
                try expectThrow(PlainProblem.self) { try executor.map(make, 0..<100) }
                try expectThrow(PlainProblem.self) { try executor.map(make, 0..<100, chunkSize: 1, unordered: true) }
                try expectThrow(PlainProblem.self) { try executor.map(make, 0..<100, bufferSize: 60) }
                gate.open()
                executor.shutdown()
                try expectEqual(journal.lines, [], "what ran")
            }
        },
        Behaviour(.mapDrop, "dropping the results after some of them ends the map") { context in
            try context.with { executor in
                let journal = context.scratch.journal()
                do {
                    let results = try executor.map((0..<2000).map { SlowNote(journal: journal, number: $0) })
                    try expectEqual(try results.next(), 0)
                }
                executor.shutdown()
                try expect(journal.lines.count < 2000, "not all have run")
            }
        },
        Behaviour(.mapDrop, "cancelling the results lets those go who wait for them") { context in
            try context.blocked { executor, _ in
                let results = try executor.map(Square.init, 0..<10)
                startThread {
                    pause(.milliseconds(10))
                    results.cancel()
                }
                try expect(try results.next() == nil, "nothing comes any more")
            }
        },
        Behaviour(.mapSerial, "several threads share the results of one map") { context in
            try context.with { executor in
                for unordered in [true, false] {
                    let results = try executor.map(Square.init, 0..<2000, unordered: unordered)
                    let seen = Locked<[Int]>([])
                    try inThreads(4) { _ in
                        while let result = try results.next() { seen.withLock { $0.append(result) } }
                    }
                    try expectEqual(seen.current.sorted(), (0..<2000).map { $0 * $0 })
                }
            }
        },
    ]

    /// Maps of ten notes, by every function that makes a map, whose results are dropped at once.
    private static let droppedMaps: [(String, @Sendable (any PoolExecutor, Journal) throws -> Void)] = [
        ("of calls", { _ = try $0.map(notes($1)) }),
        ("in chunks", { _ = try $0.map(notes($1), chunkSize: 4) }),
        ("unordered", { _ = try $0.map(notes($1), unordered: true) }),
        ("with a timeout", { _ = try $0.map(notes($1), timeout: .zero) }),
        ("over two sequences", { _ = try $0.map(Note.init, repeatElement($1, count: 10), 0..<10) }),
        ("starmap", { executor, journal in _ = try executor.starmap(Note.init, (0..<10).map { (journal, $0) }) }),
        (
            "buffered",
            { executor, journal in
                _ = try executor.map({ Note(journal: journal, number: $0) }, 0..<1000, bufferSize: 5, chunkSize: 2)
            }
        ),
        ("iterator only", { _ = try $0.map(notes($1)).makeAsyncIterator() }),
    ]

    private static func notes(_ journal: Journal) -> [Note] { (0..<10).map { Note(journal: journal, number: $0) } }
}

/// Whether all that can end came before the timeout of an unordered map.
private func yieldsFinished(_ context: Context, _ scratch: Scratch, _ timeout: Duration) throws -> Bool {
    var seen: Set<Int> = []
    try context.with { executor in
        defer { scratch.gate("3").open() }
        for number in 0..<3 { scratch.gate("\(number)").open() }
        let calls = (0..<4).map { Pass(scratch: scratch, number: $0) }
        let results = try executor.map(calls, timeout: timeout, chunkSize: 1, unordered: true)
        try expectThrow(TimeoutError.self) {
            while let number = try results.next() { seen.insert(number) }
        }
        try expect(try results.next() == nil, "nothing comes any more")
    }
    try expect(seen.isSubset(of: [0, 1, 2]), "only the finished ones come: \(seen)")
    return seen.count == 3
}

/// Whether two results came before the timeout; if they did, the rest has to be as it should.
private func keepsEarlierResults(_ context: Context, _ scratch: Scratch, _ timeout: Duration) throws -> Bool {
    var isInTime = false
    try context.with(workers: 1) { executor in
        let journal = scratch.journal()
        defer { scratch.gate("2").open() }
        for open in ["0", "1"] { scratch.gate(open).open() }
        // Element 2 and those behind it keep every worker busy until the gate opens.
        let calls = (0..<(50 + executor.workerCount)).map { number in
            HeldNote(scratch: scratch, journal: journal, number: number)
        }
        let results = try executor.map(calls, timeout: timeout, chunkSize: 1)
        do { isInTime = try results.next() == 0 && results.next() == 1 } catch is TimeoutError { return }
        try expect(isInTime, "the first two are the first two")
        try expectThrow(TimeoutError.self) { try results.next() as Any }
        scratch.gate("2").open()
        executor.shutdown()
        try expect(journal.lines.count < 50, "the rest has not run: \(journal.lines.count) have")
        try expect(try results.next() == nil, "nothing comes any more")
    }
    return isInTime
}

/// Passes the gate of its number if that is below 2, else that of 2; notes it then.
struct HeldNote: RemoteCallable {
    var scratch: Scratch
    var journal: Journal
    var number: Int
    func callAsFunction() throws -> Int {
        try scratch.gate("\(min(number, 2))").wait()
        if number >= 2 { pause(.milliseconds(1)) }
        journal.note("\(number)")
        return number
    }
}
