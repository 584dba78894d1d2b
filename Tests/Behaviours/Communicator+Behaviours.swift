import Glibc
import MPIFutures

/// Something that holds for communicators, and that all ranks of a job show together.
package struct CommunicatorBehaviour: Sendable {
    package let name: String
    package let line: Line
    private let body: @Sendable (Place) throws -> Void

    private struct Place: Sendable {
        let scratch: Scratch
        let intercommunicator: Int32?
    }

    private init(_ line: Line, _ name: String, _ body: @escaping @Sendable (Place) throws -> Void) {
        self.line = line
        self.name = name
        self.body = body
    }

    /// Runs all on every rank; each rank writes a report.
    ///
    /// - Parameters:
    ///   - path: a directory for this run alone, the same for all.
    ///   - intercommunicator: the Fortran handle of one, of which all ranks are; nil where there can be none.
    package static func runAll(_ path: String, intercommunicator: Int32?) throws {
        for (number, behaviour) in all.enumerated() {
            let problem = Locked<String?>(nil)
            let end = Event()
            startThread {
                do {
                    try behaviour.body(
                        Place(
                            scratch: Scratch(path: path).directory("\(number)"),
                            intercommunicator: intercommunicator
                        )
                    )
                    try Communicator.world.barrier()
                } catch { problem.withLock { $0 = "\(error)" } }
                end.happen()
            }
            guard end.wait(Behaviour.timeLimit) else {
                Report.line(behaviour.name, .hangs)
                _exit(3)
            }
            Report.line(behaviour.name, problem.current.map { .fails($0) } ?? .holds)
            // The others wait for this rank at the barrier.
            if problem.current != nil { _exit(4) }
        }
        Report.end()
    }

    private static var size: Int { get throws { try Communicator.world.size } }
    private static var rank: Int { get throws { try Communicator.world.rank } }

    package static let all = [
        CommunicatorBehaviour(.commWorld, "the default is the world, and its rank 0") { _ in
            try MPICommExecutor.with { executor in
                try expectEqual(executor != nil, try rank == 0, "who has an executor")
                guard let executor else { return }
                try expectEqual(executor.workerCount, try size == 1 ? executor.workerCount : size - 1)
                try expectEqual(try executor.map(Square.init, 0..<100).array(), (0..<100).map { $0 * $0 })
            }
        },
        CommunicatorBehaviour(.commSelf, "the self communicator has threads for workers") { _ in
            try MPICommExecutor.with(.selfOnly, maxWorkers: 3) { executor in
                guard let executor else { throw Failure("no executor", #fileID, #line) }
                try expectEqual(executor.workerCount, 3)
                try expectEqual(try executor.map(Square.init, 0..<100).array(), (0..<100).map { $0 * $0 })
            }
        },
        CommunicatorBehaviour(.commRoots, "every rank can be the root, and only the root gets an executor") { _ in
            for root in 0..<(try size) {
                let value = try MPICommExecutor.with(root: root) { executor in
                    try expectEqual(executor != nil, try rank == root, "who has an executor")
                    return try executor?.submit(Square(root + 2)).result()
                }
                try expectEqual(value, try rank == root ? (root + 2) * (root + 2) : nil)
            }
        },
        CommunicatorBehaviour(.commRoots, "disjoint communicators have executors at the same time") { _ in
            guard let half = try Communicator.world.split(color: rank % 2) else {
                throw Failure("no part of the world", #fileID, #line)
            }
            for _ in 0..<3 {
                try MPICommExecutor.with(half) { executor in
                    guard let executor else { return }
                    try expectEqual(try executor.map(Square.init, 0..<50).array(), (0..<50).map { $0 * $0 })
                }
            }
            try half.free()
        },
        CommunicatorBehaviour(.commBadRoot, "roots that do not exist are refused") { _ in
            for root in [-1, try size, Int.max, Int.min] {
                try expectError(.invalidArgument) { try MPICommExecutor.with(root: root) { _ in } }
            }
        },
        CommunicatorBehaviour(.commInter, "an intercommunicator is refused") { place in
            guard let handle = place.intercommunicator else { return }
            let communicator = try Communicator(fortranHandle: handle)
            try expect(try communicator.isIntercommunicator, "it is one")
            let error = try expectError(.invalidArgument) { try MPICommExecutor.with(communicator) { _ in } }
            try expect(error.message.contains("intercommunicator"), "the message: \(error)")
        },
        CommunicatorBehaviour(.commInter, "a freed communicator is refused") { _ in
            let copy = try Communicator.world.duplicate()
            try copy.free()
            try expectError(.invalidArgument) { try MPICommExecutor.with(copy) { _ in } }
        },
        CommunicatorBehaviour(.commTwice, "a communicator is not divided twice at a time") { _ in
            try MPICommExecutor.with { executor in
                guard executor != nil else { return }
                try expectError(.notAllowed) { try MPICommExecutor.with { _ in } }
            }
            try MPICommExecutor.with { executor in
                if let executor { try expectEqual(try executor.submit(Square(2)).result(), 4) }
            }
        },
        CommunicatorBehaviour(.commInitializer, "an initializer runs on every worker, in one executor after the other")
        { place in
            for round in 0..<3 {
                let journal = place.scratch.journal("\(round)")
                try MPICommExecutor.with(initializer: Register(journal: journal)) { executor in
                    guard let executor else { return }
                    try executor.bootup()
                    try expectEqual(journal.lines.count, executor.workerCount)
                    try expectEqual(try executor.submit(Square(round)).result(), round * round)
                }
            }
        },
        CommunicatorBehaviour(.commFailing, "a failing initializer breaks the executor, and not the next") { _ in
            try MPICommExecutor.with(initializer: FailingInitializer(text: "no fuel")) { executor in
                guard let executor else { return }
                let error = try expectError(.broken) { try executor.bootup() }
                try expect(error.message.contains("no fuel"), "the cause: \(error)")
                try expectEqual(executor.workerCount, 0)
            }
            try MPICommExecutor.with { executor in
                if let executor { try expectEqual(try executor.submit(Square(2)).result(), 4) }
            }
        },
        CommunicatorBehaviour(
            .commNoWait,
            "the body may shut the executor down, without waiting, and leave it by an error"
        ) { _ in
            for wait in [true, false] {
                try MPICommExecutor.with { executor in
                    guard let executor else { return }
                    let futures = try (0..<20).map { try executor.submit(Square($0)) }
                    executor.shutdown(wait: wait)
                    try expectEqual(try futures.map { try $0.result() }, (0..<20).map { $0 * $0 })
                }
            }
            do {
                try MPICommExecutor.with { executor in
                    guard let executor else { return }
                    for number in 0..<100 { _ = try executor.submit(Square(number)) }
                    throw BadLuck(number: 1, text: "")
                }
                try expect(try rank != 0, "the error arrives on the root")
            } catch is BadLuck {
                try expectEqual(try rank, 0, "where the error arrives")
            }
            try MPICommExecutor.with { executor in
                if let executor { try expectEqual(try executor.submit(Square(2)).result(), 4) }
            }
        },
        CommunicatorBehaviour(.commWorkers, "the workers' communicator has their number, inside tasks only") { _ in
            try expectError(.notAllowed) { try Communicator.workers }
            try MPICommExecutor.with { executor in
                guard let executor else { return }
                let count = executor.workerCount
                if try size == 1 {
                    let error = try expectError(.notAllowed) { try executor.submit(WorkersSize()).result() }
                    try expect(error.message.contains("threads"), "the explanation: \(error.message)")
                } else {
                    for size in try executor.map((0..<20).map { _ in WorkersSize() }).array() {
                        try expectEqual(size, count)
                    }
                    // Each waits for all: so all run at the same time, each on a worker of its own.
                    let ranks = try executor.map((0..<count).map { _ in MeetWorkers() }, chunkSize: 1).array()
                    try expectEqual(ranks.sorted(), Array(0..<count))
                }
            }
            try expectError(.notAllowed) { try Communicator.workers }
        },
        CommunicatorBehaviour(.threadMultiple, "messages of the program's own travel beside the executor's") { _ in
            try MPICommExecutor.with { executor in
                guard let executor else { return }
                let futures = try (0..<200).map { try executor.submit(Square($0)) }
                for _ in 0..<20 { try Communicator.selfOnly.duplicate().free() }
                try expectEqual(try futures.map { try $0.result() }, (0..<200).map { $0 * $0 })
            }
        },
    ]
}

struct WorkersSize: RemoteCallable {
    func callAsFunction() throws -> Int { try Communicator.workers.size }
}

struct MeetWorkers: RemoteCallable {
    func callAsFunction() throws -> Int {
        let workers = try Communicator.workers
        try workers.barrier()
        return try workers.rank
    }
}
