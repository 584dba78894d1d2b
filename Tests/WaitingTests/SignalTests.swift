import CLinux
import Glibc
import Linux
import Support
import Synchronization
import Testing
import Waiting

@Suite("A sleeping thread that gets a signal", .hangGuarded)
struct SignalTests {
    private final class Sleeper: Sendable {
        let parker = Parker()
        let isAwake = Atomic(false)
        let thread = Locked<UInt?>(nil)

        func sleep(until deadline: Instant?) {
            thread.withLock { $0 = UInt(pthread_self()) }
            _ = parker.park(until: deadline)
            isAwake.store(true, ordering: .sequentiallyConsistent)
        }
    }

    /// By whichever function it waits.
    @Test("A sleeping thread that gets a signal sleeps on", arguments: [false, true])
    func interrupted(hasDeadline: Bool) throws {
        var action = sigaction()
        var old = sigaction()
        // Without SA_RESTART.
        action.__sigaction_handler.sa_handler = { _ in }
        #expect(sigaction(SIGURG, &action, &old) == 0)
        defer { sigaction(SIGURG, &old, nil) }
        let sleeper = Sleeper()
        let thread = try Linux.Thread(name: "sleeper") { sleeper.sleep(until: hasDeadline ? .late : nil) }
        for _ in 0..<50 {
            if let id = sleeper.thread.withLock({ $0 }) { pthread_kill(pthread_t(id), SIGURG) }
            usleep(1000)
        }
        let isAwake = sleeper.isAwake.load(ordering: .sequentiallyConsistent)
        #expect(!isAwake)
        sleeper.parker.unpark()
        thread.join()
    }
}
