import Glibc
import MPIFutures

extension Behaviour {
    static let memory = [
        Behaviour(.memoryLimit, "a call that needs more memory than it may have fails alone", needs: .isolation) {
            context in
            let options = ExecutorOptions(isolation: .on, memoryLimit: 512 << 20)
            try context.with(workers: 1, options: options) { executor in
                for way in [Devour.Way.array, .malloc, .small] {
                    let squares = try (0..<20).map { try executor.submit(Square($0)) }
                    let greedy = try executor.submit(Devour(way: way))
                    let error = try expectThrow(RemoteError.self) { try greedy.result() }
                    try expectEqual(error.end, .outOfMemory, "\(way): \(error)")
                    try expectEqual(try squares.map { try $0.result() }, (0..<20).map { $0 * $0 })
                }
                try expectEqual(executor.statistics.failed.outOfMemory, 3)
            }
        },
        Behaviour(.memoryLimit, "a call may have a memory limit of its own", needs: .isolation) { context in
            try context.with(workers: 1, options: ExecutorOptions(isolation: .on)) { executor in
                let limited = CallOptions(memoryLimit: 256 << 20)
                let small = try executor.submit(Take(bytes: 1 << 20), options: limited)
                try expectEqual(try small.result(), 1 << 20)
                let large = try executor.submit(Take(bytes: 512 << 20), options: limited)
                let error = try expectThrow(RemoteError.self) { try large.result() }
                try expectEqual(error.end, .outOfMemory, "\(error)")
                try expectEqual(try executor.submit(Take(bytes: 512 << 20)).result(), 512 << 20)
            }
        },
        Behaviour(.memoryLimit, "a call that crashes with memory left has crashed", needs: .isolation) { context in
            let options = ExecutorOptions(isolation: .on, memoryLimit: 1 << 30)
            try context.with(workers: 1, options: options) { executor in
                let journal = context.scratch.journal()
                let call = FailAtFirst(journal: journal, number: 1, failures: 1, by: .crashing)
                let error = try expectThrow(RemoteError.self) { try executor.submit(call).result() }
                try expectEqual(error.end, .killed(signal: Int(SIGABRT)), "\(error)")
            }
        },
    ]
}

/// Needs more and more memory, and uses what it gets.
private struct Devour: RemoteCallable {
    enum Way: String, Codable { case array, malloc, small }

    var way: Way

    func callAsFunction() -> Int {
        var arrays: [[UInt8]] = []
        var list: [UnsafeMutableRawPointer] = []
        while list.count < 10_000_000 {
            switch way {
            case .array: arrays.append([UInt8](repeating: 1, count: 16 << 20))
            case .malloc, .small:
                let size = way == .malloc ? 64 << 20 : 10_000
                // As C programs do that do not look for NULL.
                let place = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: malloc(size)))
                memset(unsafeBitCast(place, to: UnsafeMutableRawPointer.self), 1, size)
                if let place { list.append(place) }
            }
        }
        return arrays.count + list.count
    }
}

/// Needs some memory.
private struct Take: RemoteCallable {
    var bytes: Int

    func callAsFunction() -> Int { [UInt8](repeating: 1, count: bytes).count }
}
