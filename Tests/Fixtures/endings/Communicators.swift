import MPIFutures

extension Endings {
    /// Executors on the world communicator, one after the other, and what their workers see.
    static func useCommExecutors() async throws {
        let options = ExecutorOptions(globals: ["offset": 40])
        try MPICommExecutor.with(initializer: Mark(), options: options) { executor in
            print("sync", try executor?.submit(Sum(number: 2)).result() ?? -1, executor?.workerCount ?? -1)
        }
        try await MPICommExecutor.with(.world, options: options) { executor in
            let sum = try await executor?.submit(Sum(number: 3)).value
            print("async", sum ?? -1, try await executor?.workers() ?? -1)
        }
        try MPICommExecutor.with(.selfOnly, maxWorkers: 3) { print("self", $0?.workerCount ?? -1) }
        report("marked") { try MPIPoolExecutor.with { try $0.submit(Marked()).result() } }
    }

    /// What has to be done by all ranks of the world communicator, of which one runs the program.
    static func meetOnWorld() throws {
        report("duplicate") { try Communicator.world.duplicate().size }
        report("split") { try Communicator.world.split(color: 0)?.size }
        report("barrier") { try Communicator.world.barrier() }
        report("by handle") { try Communicator(fortranHandle: Communicator.world.fortranHandle).barrier() }
        report("root") { try MPICommExecutor.with(root: Communicator.world.size - 1) { $0?.workerCount } }
        report("no root") { try MPICommExecutor.with(root: Communicator.world.size) { $0?.workerCount } }
        report("self") { try Communicator.selfOnly.duplicate().size }
        try MPIPoolExecutor.with { executor in
            for way in Meet.Way.allCases {
                report("task \(way)") { try executor.submit(Meet(way: way)).result() }
            }
        }
    }

    private static func report<Value>(_ name: String, _ body: () throws -> Value) {
        do { print(name, try body()) } catch let error as ExecutorError {
            print(name, error.code)
        } catch {
            print(name, error)
        }
    }
}

/// Adds what the executor's globals say.
struct Sum: RemoteCallable {
    var number: Int
    func callAsFunction() throws -> Int { number + (try global("offset", as: Int.self)) }
}

/// Leaves a mark in the worker.
struct Mark: RemoteCallable {
    nonisolated(unsafe) static var isSet = false

    func callAsFunction() -> NoResult {
        Self.isSet = true
        return NoResult()
    }
}

struct Marked: RemoteCallable {
    func callAsFunction() -> Bool { Mark.isSet }
}

/// A task that meets others on a communicator; returns the code of the error if it must not.
struct Meet: RemoteCallable {
    enum Way: String, Codable, CaseIterable { case barrier, executor }

    var way: Way

    func callAsFunction() throws -> String {
        do {
            switch way {
            case .barrier: try Communicator.world.barrier()
            case .executor: try MPICommExecutor.with { _ in }
            }
            return "met"
        } catch let error as ExecutorError {
            return "\(error.code)"
        }
    }
}
