import Foundation
package import Testing

/// Ends the test process when a test does not end, and prints the names of the tests under way.
///
/// The time limit of Swift Testing does not suffice: a thread that waits for ever on a lock takes no notice of being
/// cancelled. Guarded tests have threads that no other test uses. A test that computes for minutes would keep them
/// waiting, which looks like a hang. For the same reason a guarded test awaits nothing.
///
/// The time counts from the last beginning or end of any guarded test, since they have but few threads.
package struct HangGuard: SingleTestTrait {
    private static let threads = TestThreads(count: 2)

    package func perform(_ function: @concurrent @Sendable () async throws -> Void, of test: Test) async throws {
        let name = "\(test.id)"
        try await withTaskExecutorPreference(Self.threads) {
            Progress.shared.begin(name)
            defer { Progress.shared.end(name) }
            try await function()
        }
    }
}

extension Trait where Self == HangGuard {
    /// Ends the test process if the test does not end. The test runs on a thread of its own, since it may block.
    package static var hangGuarded: HangGuard { HangGuard() }
}

/// Which guarded tests are under way.
private final class Progress: @unchecked Sendable {
    static let shared = Progress()

    #if THREAD_SANITIZER || ADDRESS_SANITIZER
        private static let limit = 600.0
    #else
        private static let limit = 300.0
    #endif

    // A lock that the thread sanitizer understands.
    private let lock = NSLock()
    private var underWay: [String] = []
    private var last = Date()

    private init() {
        let thread = Foundation.Thread { [self] in
            while true {
                Foundation.Thread.sleep(forTimeInterval: 1)
                check()
            }
        }
        thread.start()
    }

    func begin(_ test: String) {
        lock.withLock {
            underWay.append(test)
            last = Date()
        }
    }

    func end(_ test: String) {
        lock.withLock {
            if let index = underWay.firstIndex(of: test) { underWay.remove(at: index) }
            last = Date()
        }
    }

    private func check() {
        let hanging = lock.withLock { -last.timeIntervalSinceNow > Self.limit ? underWay : [] }
        guard !hanging.isEmpty else { return }
        let message = "no test has ended for \(Int(Self.limit)) s; under way: \(hanging.joined(separator: ", "))\n"
        FileHandle.standardError.write(Data(message.utf8))
        abort()
    }
}
