import Linux
import Support
import Waiting

/// Runs `body` on so many threads at once, and waits for all of them.
func race(_ count: Int, _ body: @escaping @Sendable (_ thread: Int) -> Void) throws {
    let threads = try (0..<count).map { number in
        try Linux.Thread(name: "race-\(number)") { body(number) }
    }
    for thread in threads { thread.join() }
}

extension Instant {
    /// Far enough for any test, and the proof of a lost wake-up when it passes.
    static var late: Instant { .after(hangTime) }
}
