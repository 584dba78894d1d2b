// The workloads for mpifutures. What each prints is a name and a number a line, in seconds, bytes and pieces.
//
//     mpiexec -n 3 mpifutures libbench.so WORKLOAD [ARGUMENT ...]

import MPIFutures

@main struct Bench: MPIProgram {
    static func run() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let name = arguments.first, let workload = workloads[name] else {
            throw UsageError(description: "usage: libbench.so \(workloads.keys.sorted().joined(separator: "|")) …")
        }
        try MPIPoolExecutor.with { executor in
            try executor.bootup()
            try workload(executor, Arguments(arguments.dropFirst()))
        }
    }

    static let workloads: [String: (MPIPoolExecutor, Arguments) throws -> Void] = [
        "submit": { try submit(Null.self, $0, $1) }, "checked-submit": { try submit(CheckedNull.self, $0, $1) },
        "map": { try map(Null.self, $0, $1) }, "checked-map": { try map(CheckedNull.self, $0, $1) },
        "pairs": pairs, "triples": triples, "latency": latency, "echo": echo, "upload": upload, "make": make,
        "download": download,
        "broadcast": broadcast, "mixed": mixed, "values": values,
        "compute": compute, "idle": idle, "futures": futures, "elements": elements, "counts": counts,
        "nothing": { _, _ in },
    ]

    /// Null tasks, one future each.
    static func submit<Call: NullCall>(
        _ type: Call.Type,
        _ executor: MPIPoolExecutor,
        _ arguments: Arguments
    ) throws {
        let count = try arguments.integer(0)
        func round(_ count: Int) throws {
            var futures: [Future<Int>] = []
            futures.reserveCapacity(count)
            for index in 0..<count { futures.append(try executor.submit(Call(index: index))) }
            for (index, future) in futures.enumerated() { try check(future.result() == index) }
        }
        try round(count / 10)
        report("rate", Double(count) / (try seconds { try round(count) }))
    }

    /// Null tasks in one map; the chunk size is the scheduler's choice unless there is a second argument.
    static func map<Call: NullCall>(
        _ type: Call.Type,
        _ executor: MPIPoolExecutor,
        _ arguments: Arguments
    ) throws {
        let count = try arguments.integer(0)
        let chunkSize = arguments.count > 1 ? try arguments.integer(1) : nil
        func round(_ count: Int) throws {
            let results = try executor.map(Call.init, 0..<count, chunkSize: chunkSize).array()
            try check(results.elementsEqual(0..<count))
        }
        try round(count / 10)
        report("rate", Double(count) / (try seconds { try round(count) }))
    }

    /// The same over two sequences.
    static func pairs(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let count = try arguments.integer(0)
        func round(_ count: Int) throws {
            let results = try executor.map(NullPair.init, 0..<count, 1...count).array()
            try check(results.elementsEqual(1...count))
        }
        try round(count / 10)
        report("rate", Double(count) / (try seconds { try round(count) }))
    }

    /// The same over three sequences.
    static func triples(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let count = try arguments.integer(0)
        func round(_ count: Int) throws {
            let results = try executor.map(NullTriple.init, 0..<count, 1...count, 2..<count + 2).array()
            try check(results.elementsEqual(2..<count + 2))
        }
        try round(count / 10)
        report("rate", Double(count) / (try seconds { try round(count) }))
    }

    /// One null task after the other, each after a pause of so many milliseconds.
    static func latency(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let (count, pause) = (try arguments.integer(0), try arguments.integer(1))
        let times = try (-count / 10..<count).map { index in
            if pause > 0 { sleep(seconds: Double(pause) / 1000) }
            return try seconds { try check(executor.submit(Null(index: index)).result() == index) }
        }
        report("time", median(times.suffix(count)))
    }

    // MARK: Payloads

    /// An array of so many bytes there and back.
    static func echo(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let (size, count) = (try arguments.integer(0), try arguments.integer(1))
        if arguments.text(2) == "double" {
            let numbers = [Double](repeating: 1.5, count: size / 8)
            try check(executor.submit(EchoNumbers(numbers)).result() == numbers)
            try transfer(size, ways: 2, count) {
                try check(executor.submit(EchoNumbers(numbers)).result().count == numbers.count)
            }
        } else {
            let bytes = [UInt8](repeating: 7, count: size)
            try check(executor.submit(EchoBytes(bytes)).result() == bytes)
            try transfer(size, ways: 2, count) { try check(executor.submit(EchoBytes(bytes)).result().count == size) }
        }
        report("worker-memory", Double(try executor.submit(PeakMemory()).result()))
        report("master-memory", Double(peakMemory()))
    }

    /// Arguments only.
    static func upload(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let (size, count) = (try arguments.integer(0), try arguments.integer(1))
        let bytes = [UInt8](repeating: 7, count: size)
        try transfer(size, ways: 1, count) { try check(executor.submit(CountBytes(bytes)).result() == size) }
    }

    /// Results only.
    static func download(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let (size, count) = (try arguments.integer(0), try arguments.integer(1))
        try transfer(size, ways: 1, count) { try check(executor.submit(MakeBytes(size)).result().count == size) }
    }

    /// An array that every worker reads: the time until each has it, and the memory that all of them take for it, in
    /// relation to its size.
    static func broadcast(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let size = try arguments.integer(0)
        let numbers = [Double](repeating: 1.5, count: size / 8)
        func onEachWorker<Call: RemoteCallable>(_ call: Call) throws -> [Call.Output] {
            try (0..<executor.workerCount).map { _ in try executor.submit(call) }.map { try $0.result() }
        }
        let before = try onEachWorker(ProportionalMemory()).reduce(0, +)
        let times = try (0..<3).map { _ in
            try seconds {
                let shared = try executor.broadcast(numbers)
                _ = try onEachWorker(SumOfShared(numbers: shared, stride: 1 << 18))
            }
        }
        report("time", median(times))
        let shared = try executor.broadcast(numbers)
        let sums = try onEachWorker(SumOfShared(numbers: shared, stride: 1))
        try check(sums.allSatisfy { $0 == 1.5 * Double(numbers.count) })
        let after = try onEachWorker(ProportionalMemory()).reduce(0, +)
        report("copies", Double(after - before) / Double(size))
    }

    /// Results only, made in huge pages.
    static func make(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let (size, count) = (try arguments.integer(0), try arguments.integer(1))
        try transfer(size, ways: 1, count) {
            try check(executor.submit(MakeBytesInHugePages(size)).result().count == size)
        }
    }

    /// Structured values of a kind, all of them in one call, or in a call each.
    static func values(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        guard let kind = arguments.text(1).flatMap({ Values.kinds[$0] }) else {
            let kinds = Values.kinds.keys.sorted().joined(separator: "|")
            throw UsageError(description: "usage: values echo|map \(kinds) COUNT")
        }
        try kind(arguments.text(0) == "echo", executor, arguments.integer(2))
    }

    private static func transfer(_ size: Int, ways: Int, _ count: Int, _ body: () throws -> Void) throws {
        let times = try (-count / 10 - 1..<count).map { _ in try seconds(body) }
        let time = median(times.suffix(count))
        report("time", time)
        report("bandwidth", Double(ways * size) / time)
    }

    // MARK: Tasks that take their time

    /// Tasks of log-normal lengths; how much longer they take than they need to.
    static func mixed(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let lengths = logNormalLengths(try arguments.integer(0), seed: UInt64(try arguments.integer(1)))
        let best = longestProcessingTimeFirst(lengths, workers: executor.workerCount)
        let time = try seconds { _ = try executor.map(Occupy.init, lengths).array() }
        report("time", time)
        report("excess", time / best)
    }

    /// So many tasks that compute for so many microseconds each; how much of what the cores can do was done.
    static func compute(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let (count, length) = (try arguments.integer(0), Double(try arguments.integer(1)) / 1e6)
        let time = try seconds {
            _ = try executor.map({ (_: Int) in Compute(seconds: length) }, 0..<count).array()
        }
        let cores = min(coreCount(), executor.workerCount)
        report("time", time)
        report("efficiency", Double(count) * length / Double(cores) / time)
    }

    // MARK: What rest costs

    /// The share of a core that a worker takes while there is nothing to do.
    static func idle(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let length = Double(try arguments.integer(0))
        let began = try executor.submit(ProcessorTime()).result()
        let masterBegan = processorTime()
        sleep(seconds: length)
        report("master-share", (processorTime() - masterBegan) / length)
        report("share", (try executor.submit(ProcessorTime()).result() - began) / length)
    }

    /// What a queued future takes, and a finished one, beside the user's array of them.
    static func futures(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let count = try arguments.integer(0)
        _ = try executor.map(Null.init, 0..<1000).array()
        var futures = [Future<Int>?](repeating: nil, count: count)
        let before = residentMemory()
        let brakes = try (0..<executor.workerCount).map { _ in try executor.submit(Occupy(seconds: 2)) }
        for index in 0..<count { futures[index] = try executor.submit(Null(index: index)) }
        report("queued", Double(residentMemory() - before) / Double(count))
        for brake in brakes { _ = try brake.result() }
        for (index, future) in futures.enumerated() { try check(future?.result() == index) }
        report("finished", Double(residentMemory() - before) / Double(count))
        futures = []
        sleep(seconds: 0.5)
        report("left", Double(residentMemory() - before))
    }

    /// What a queued element of a map takes, and one whose result is there.
    static func elements(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let count = try arguments.integer(0)
        _ = try executor.map(Null.init, 0..<1000).array()
        let before = residentMemory()
        let brakes = try (0..<executor.workerCount).map { _ in try executor.submit(Occupy(seconds: 3)) }
        let results = try executor.map(Null.init, 0..<count)
        report("queued", Double(residentMemory() - before) / Double(count))
        for brake in brakes { _ = try brake.result() }
        try check(executor.submit(Null(index: 1)).result() == 1)
        sleep(seconds: Double(count) / 2e6)
        report("finished", Double(residentMemory() - before) / Double(count))
        var taken = 0
        while let result = try results.next() {
            try check(result == taken)
            taken += 1
        }
        sleep(seconds: 0.5)
        report("left", Double(residentMemory() - before))
    }
}
