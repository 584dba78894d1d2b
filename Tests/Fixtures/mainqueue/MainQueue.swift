import Dispatch
import MPIFutures

@MainActor var calls = 0

@MainActor func countCall() -> Int {
    calls += 1
    return calls
}

/// Awaits the main actor.
struct AwaitMainActor: AsyncRemoteCallable {
    func callAsFunction() async -> Bool { await countCall() > 0 }
}

/// Waits for work that it has put onto the main queue.
struct WaitForMainQueue: RemoteCallable {
    func callAsFunction() -> Bool {
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.main.async { done.signal() }
        done.wait()
        return true
    }
}

/// Runs something on the main queue.
struct RunOnMainQueue: RemoteCallable {
    func callAsFunction() -> Bool { DispatchQueue.main.sync { true } }
}

/// Uses seven of the eight megabytes that stacks usually have.
struct UseStack: RemoteCallable {
    func callAsFunction() -> Bool { descend(7 * 16) == 7 * 16 }

    @inline(never) private func descend(_ depth: Int) -> Int {
        guard depth > 0 else { return 0 }
        return withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { room in
            room.initializeMemory(as: UInt8.self, repeating: 1)
            return descend(depth - 1) + Int(room[depth])
        }
    }
}

/// Makes all the calls, several times, so that each worker makes some; prints how many came back.
@main struct MainQueue: MPIProgram {
    static func run() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "divided": try divide()
        case "divided asynchronously":
            try await MPICommExecutor.with { executor in
                if let executor { try await Self.print(from: executor) }
            }
        default: try await MPIPoolExecutor.with { try await Self.print(from: $0) }
        }
    }

    private static func submit(to executor: some PoolExecutor) throws -> [Future<Bool>] {
        try (0..<5).flatMap { _ in
            [
                try executor.submit(AwaitMainActor()), try executor.submit(WaitForMainQueue()),
                try executor.submit(RunOnMainQueue()), try executor.submit(UseStack()),
            ]
        }
    }

    private static func print(from executor: some PoolExecutor) async throws {
        var count = 0
        for future in try submit(to: executor) where try await future.value { count += 1 }
        Swift.print(count)
    }

    private static func divide() throws {
        try MPICommExecutor.with { executor in
            guard let executor else { return }
            Swift.print(try submit(to: executor).map { try $0.result() }.count { $0 })
        }
    }
}
