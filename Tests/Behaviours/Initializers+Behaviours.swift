import MPIFutures

extension Behaviour {
    static let initializers = [
        Behaviour(.initializerFirst, "the initializer runs once in each worker before any task") { context in
            let journal = context.scratch.journal()
            try context.with(workers: 3, initializer: Register(journal: journal)) { executor in
                let ran = try Set(executor.map((0..<200).map { _ in WhoRuns() }, chunkSize: 1).array())
                // The first worker may have run all tasks before the others have begun.
                try executor.bootup()
                let lines = journal.lines
                try expectEqual(lines.count, executor.workerCount, "the initializer's runs")
                try expectEqual(Set(lines).count, lines.count, "workers that ran it")
                try expect(ran.isSubset(of: lines), "all that ran tasks had run it")
            }
        },
        Behaviour(.initializerFirst, "a waiting boot-up waits for the initializer") { context in
            let journal = context.scratch.journal()
            try context.with(workers: 3, initializer: Register(journal: journal)) { executor in
                try executor.bootup()
                try expectEqual(journal.lines.count, executor.workerCount)
            }
        },
        Behaviour(.initializerFails, "a failing initializer breaks the executor and its cause is told") { context in
            try context.with(initializer: FailingInitializer(text: "no fuel")) { executor in
                let pending = try? (0..<20).map { try executor.submit(Square($0)) }
                let results = try? executor.map(Square.init, 0..<50)
                try expectEqual(executor.workerCount, 0)
                for future in pending ?? [] {
                    let error = try expectError(.broken) { try future.result() }
                    try expect(error.message.contains("no fuel"), "the cause is told: \(error.message)")
                }
                if let results { try expectError(.broken) { try results.array() } }
                for error in [
                    try expectError(.broken) { try executor.submit(Square(1)) },
                    try expectError(.broken) { try executor.map(Square.init, 0..<5) },
                    try expectError(.broken) { try executor.bootup() },
                ] {
                    try expect(error.message.contains("no fuel"), "the cause is told: \(error.message)")
                }
                executor.shutdown()
            }
        },
        Behaviour(.initializerThenGood, "after a failing initializer the next executor works", needs: .freeExecutors) {
            context in
            for round in 0..<3 {
                let bad = try context.executor(initializer: FailingInitializer(text: "no fuel"))
                try expectError(.broken) { try bad.bootup() }
                let journal = context.scratch.journal("\(round)")
                let good = try context.executor(initializer: Register(journal: journal))
                try good.bootup()
                try expectEqual(try good.submit(Square(round)).result(), round * round)
                try expectEqual(journal.lines.count, good.workerCount)
                let plain = try context.executor()
                try expectEqual(try plain.map(Square.init, 0..<20).array(), (0..<20).map { $0 * $0 })
                try expectError(.broken) { try bad.submit(Square(1)) }
            }
        },
        Behaviour(
            .initializerThreads,
            "five threads with executors and initializers of their own finish",
            needs: .freeExecutors
        ) {
            context in
            try inThreads(5) { thread in
                var random = Generator(context, stream: thread)
                for round in 0..<4 {
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0:
                        let executor = try context.executor(initializer: FailingInitializer(text: "\(random)"))
                        if Bool.random(using: &random) { try expectError(.broken) { try executor.bootup() } }
                    case 1:
                        let journal = context.scratch.journal("\(thread)-\(round)")
                        let executor = try context.executor(initializer: Register(journal: journal))
                        try executor.bootup()
                        try expectEqual(try executor.map(Square.init, 0..<50).array(), (0..<50).map { $0 * $0 })
                        try expectEqual(journal.lines.count, executor.workerCount)
                    default:
                        let executor = try context.executor()
                        try expectEqual(try executor.submit(Square(thread)).result(), thread * thread)
                    }
                }
            }
        },
        Behaviour(.initializerDrop, "dropping an executor after a failed boot-up does not hang", needs: .freeExecutors)
        { context in
            for round in 0..<6 {
                let executor = try context.executor(initializer: FailingInitializer(text: "no fuel"))
                if round % 3 == 1 { try? executor.bootup(wait: false) }
                if round % 3 == 2 { try expectError(.broken) { try executor.bootup() } }
                if round > 2 { _ = try? executor.submit(Square(1)) }
            }
        },
        Behaviour(.initializerFails, "an initializer that cannot be encoded is refused at once", needs: .freeExecutors)
        { context in
            try expectThrow(PlainProblem.self) {
                try context.executor(initializer: Echo(Stubborn(.refusesToEncode)))
            }
            try expectEqual(try context.executor().submit(Square(2)).result(), 4)
        },
    ]
}
