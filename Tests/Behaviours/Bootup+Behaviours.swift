import MPIFutures

extension Behaviour {
    static let bootup = [
        Behaviour(.bootup, "boot-up by default, waiting, without waiting, and waiting after that") { context in
            for waits in [[nil], [true], [false], [false, true], [true, false]] as [[Bool?]] {
                try context.with { executor in
                    for wait in waits { if let wait { try executor.bootup(wait: wait) } else { try executor.bootup() } }
                    try expectEqual(executor.workerCount, context.workerCount(2))
                    try expectEqual(try executor.submit(Square(3)).result(), 9)
                }
            }
        },
        Behaviour(.bootupRepeated, "boot-up can be repeated, by many threads") { context in
            try context.with { executor in
                try inThreads(4) { thread in
                    for round in 0..<10 { try executor.bootup(wait: (round + thread) % 2 == 0) }
                }
            }
        },
        Behaviour(.bootupAfterShutdown, "boot-up after shutdown throws") { context in
            for wait in [true, false] {
                try context.with { executor in
                    executor.shutdown(wait: wait)
                    try expectError(.shutdown) { try executor.bootup() }
                    try expectError(.shutdown) { try executor.bootup(wait: false) }
                }
            }
        },
        Behaviour(.bootupDrop, "boot-up without waiting, then shutdown, then drop ends", needs: .freeExecutors) {
            context in
            for wait in [true, false] {
                let executor = try context.executor()
                try executor.bootup(wait: false)
                executor.shutdown(wait: wait)
            }
        },
    ]
}
