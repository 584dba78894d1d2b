import MPIFutures

extension Behaviour {
    static let snapshots = [
        Behaviour(async: .snapshots, "snapshots come until the executor has ended, and the last has all calls") {
            context in
            try await context.withAsync { executor in
                let snapshots = executor.snapshots(every: .milliseconds(1))
                let watch = Task { await snapshots.reduce(into: []) { $0.append($1) } }
                let futures = try (0..<50).map { try executor.submit(Nap(milliseconds: 1, number: $0)) }
                for future in futures { _ = try await future.value }
                await executor.finish()
                let all = await watch.value
                let last = all.last
                try expectEqual([last?.submitted, last?.finished, last?.running, last?.queued], [50, 50, 0, 0])
                for (earlier, later) in zip(all, all.dropFirst()) {
                    try expect(earlier.finished <= later.finished, "\(earlier) comes before \(later)")
                }
                // An executor that has ended has one more for whoever asks.
                try expectEqual(await snapshots.reduce(into: []) { $0.append($1.finished) }, [50])
            }
        },
        Behaviour(async: .snapshots, "the end of the executor does not wait for the next snapshot") { context in
            try await context.withAsync { executor in
                var snapshots = executor.snapshots(every: .seconds(1_000_000)).makeAsyncIterator()
                try expectEqual(await snapshots.next()?.submitted, 0)
                let future = try executor.submit(Square(3))
                async let end: Void = executor.finish()
                try expectEqual(await snapshots.next()?.finished, 1)
                try expect(await snapshots.next() == nil, "none follows the last one")
                await end
                try expectEqual(try await future.value, 9)
            }
        },
        Behaviour(async: .snapshots, "cancelling a Swift task ends its snapshots") { context in
            try await context.withAsync { executor in
                let hasBegun = Locked(false)
                let snapshots = executor.snapshots(every: .seconds(1_000_000))
                let watch = Task {
                    var count = 0
                    for await _ in snapshots {
                        count += 1
                        hasBegun.withLock { $0 = true }
                    }
                    return count
                }
                while !hasBegun.current { try await Task.sleep(for: .milliseconds(1)) }
                watch.cancel()
                try expectEqual(await watch.value, 1)
            }
        },
        Behaviour(async: .snapshots, "snapshots do not keep an executor", needs: .freeExecutors) { context in
            let snapshots: StatisticsSnapshots
            do {
                let executor = try context.executor()
                snapshots = executor.snapshots(every: .seconds(1_000_000))
                _ = try executor.submit(Square(3))
            }
            // They end, since nobody has the executor any more.
            var last: ExecutorStatistics?
            for await now in snapshots { last = now }
            try expectEqual(last?.finished, 1)
        },
    ]
}
