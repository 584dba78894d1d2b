package import Testing

/// Runs tests on threads of their own: those that compute for long, or wait without giving up their thread.
///
/// Swift's pool has a thread for each core and no more. Tests that keep these to themselves keep all others waiting, also
/// those that look after a program with a deadline.
package struct OwnThread: SingleTestTrait {
    /// Two, as one of the tests may be waiting for a compiler.
    private static let threads = TestThreads(count: 2)

    package func perform(_ function: @concurrent @Sendable () async throws -> Void, of test: Test) async throws {
        try await withTaskExecutorPreference(Self.threads) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    /// Runs the test on a thread outside of the pool of Swift Concurrency.
    package static var ownThread: OwnThread { OwnThread() }
}
