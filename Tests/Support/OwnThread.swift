import Foundation
package import Testing

/// Runs tests on threads of their own: those that compute for long, or wait without giving up their thread.
///
/// Swift's pool has a thread for each core and no more. Tests that keep these to themselves keep all others waiting, also
/// those that look after a program with a deadline.
package struct OwnThread: SingleTestTrait {
    package func perform(_ function: @concurrent @Sendable () async throws -> Void, of test: Test) async throws {
        try await Self.perform(function)
    }

    static func perform(_ function: @concurrent @Sendable () async throws -> Void) async throws {
        try await withTaskExecutorPreference(Threads.shared) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    /// Runs the test on a thread outside of the pool of Swift Concurrency.
    package static var ownThread: OwnThread { OwnThread() }
}

/// Two threads, as one of the tests may be waiting for a compiler.
private final class Threads: TaskExecutor, @unchecked Sendable {
    static let shared = Threads(count: 2)

    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []

    private init(count: Int) {
        for _ in 0..<count {
            let thread = Foundation.Thread { [self] in
                while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
            }
            // What the threads of Swift's pool have.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

    private func next() -> UnownedJob {
        condition.withLock {
            while jobs.isEmpty { condition.wait() }
            return jobs.removeFirst()
        }
    }
}
