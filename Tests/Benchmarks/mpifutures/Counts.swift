// What is counted in a process while `libcounts.so` is preloaded there.

import Glibc
import MPIFutures

struct Counts: Codable, Sendable {
    var allocations: Int
    var messages: Int
    var bytes: Int

    static func now() throws -> Counts {
        Counts(
            allocations: try count("counted_allocations"),
            messages: try count("counted_messages"),
            bytes: try count("counted_bytes")
        )
    }

    private static func count(_ name: String) throws -> Int {
        typealias Function = @convention(c) () -> Int
        guard let function = dlsym(nil, name) else { throw UsageError(description: "libcounts.so is not preloaded") }
        return unsafeBitCast(function, to: Function.self)()
    }

    /// What has come since, for each of so many tasks.
    func report(_ name: String, since start: Counts, tasks: Int) {
        let each = { (now: Int, before: Int) in Double(now - before) / Double(tasks) }
        bench.report("\(name)-allocations", each(allocations, start.allocations))
        bench.report("\(name)-messages", each(messages, start.messages))
        bench.report("\(name)-bytes", each(bytes, start.bytes))
    }
}

struct WorkerCounts: RemoteCallable {
    func callAsFunction() throws -> Counts { try .now() }
}

extension Bench {
    /// What a null task costs in allocations, messages and bytes, whatever the machine.
    static func counts(_ executor: MPIPoolExecutor, _ arguments: Arguments) throws {
        let count = try arguments.integer(0)
        try counts(Null.self, "", executor, count)
        try counts(CheckedNull.self, "checked-", executor, count)
    }

    private static func counts<Call: NullCall>(
        _ type: Call.Type,
        _ prefix: String,
        _ executor: MPIPoolExecutor,
        _ count: Int
    ) throws {
        try measure(prefix + "submit", executor, count) { count in
            var futures: [Future<Int>] = []
            futures.reserveCapacity(count)
            for index in 0..<count { futures.append(try executor.submit(Call(index: index))) }
            for (index, future) in futures.enumerated() { try check(future.result() == index) }
        }
        try measure(prefix + "map", executor, count) { count in
            try check(executor.map(Call.init, 0..<count).array().elementsEqual(0..<count))
        }
    }

    private static func measure(
        _ name: String,
        _ executor: MPIPoolExecutor,
        _ count: Int,
        _ round: (Int) throws -> Void
    ) throws {
        // Types are met, times are known.
        try round(count / 10)
        let (master, worker) = (try Counts.now(), try executor.submit(WorkerCounts()).result())
        try round(count)
        try Counts.now().report("\(name)-master", since: master, tasks: count)
        try executor.submit(WorkerCounts()).result().report("\(name)-worker", since: worker, tasks: count)
    }
}
