import Identities
import Support
import Testing
import Transport
import Waiting
import Wire

@testable import Pool

/// The dispatcher, step by step on the test's thread: what it finds decides whether it sleeps, and no time does.
@Suite("The dispatcher's sleep")
struct SleepTests {
    /// A transport that finds at each look what the test has written down, and then nothing.
    private final class LookingTransport: MasterTransport, @unchecked Sendable {
        enum Look {
            case nothing
            /// A frame begins to come in.
            case begins
            case frame
        }

        var looks: [Look] = []
        private let bell = LocalDoorbell()
        private(set) var traffic = Backoff.Traffic.none

        let workerCount = 1
        let capabilities = TransportCapabilities.inlineCallers
        let isSending = false
        var doorbell: Doorbell { bell.bell }

        /// One spin, no yields, and sleeps that no test could wait for.
        var waiting: Backoff.Limits {
            var limits = Backoff.Limits()
            (limits.spins, limits.yields) = (1, 0)
            (limits.shortestSleep, limits.longestSleep) = (.max / 4, .max / 4)
            return limits
        }

        func send(_ frame: FrameBuffer, to worker: WorkerID) {}

        func poll() -> (worker: WorkerID, frame: FrameBuffer)? {
            guard !looks.isEmpty else { return nil }
            switch looks.removeFirst() {
            case .nothing: return nil
            case .begins:
                traffic = .incoming
                return nil
            case .frame:
                traffic = .none
                return (0, WorkerFrame.readyFrame(Replies.identity(0)))
            }
        }

        func shutDown() {}
    }

    private let transport = LookingTransport()
    private let inbox = Inbox()
    private let ready = FutureCore()
    private let dispatcher: Dispatcher

    init() {
        dispatcher = Dispatcher(
            transport: transport,
            inbox: inbox,
            callables: CallableTable(),
            ready: ready,
            describeFailure: { _ in "" }
        )
    }

    /// Lets the thread fall asleep, which waits for the worker's report.
    private func fallAsleep() throws -> Doorbell {
        for _ in 0..<3 {
            if case .sleep(let bell, _) = dispatcher.step() { return bell }
        }
        throw NotAsleep()
    }

    private struct NotAsleep: Error {}

    /// Whether somebody has rung for the thread.
    private func isRung(_ bell: Doorbell) -> Bool { bell.waitForRing(until: .now) }

    private func run(_ waitingCallers: Int = 1) -> Dispatcher.InlineRun {
        dispatcher.runInline(looks: 5, waitingCallers: waitingCallers) { false }
    }

    @Test("The dispatcher's sleep does not begin if the last look before it begins to receive a frame")
    func incoming() {
        // A look of the spin, one of the next step, and the one before the sleep.
        transport.looks = [.nothing, .nothing, .begins, .nothing, .nothing, .frame]
        for _ in 0..<6 where !ready.phase.isDone {
            if case .sleep = dispatcher.step() { Issue.record("a sleep beside a frame that comes in") }
        }
        #expect(ready.phase.isDone)
    }

    @Test("The dispatcher's sleep ends if a caller's last look begins to receive a frame", arguments: [true, false])
    func caller(hasGivenUp: Bool) throws {
        let bell = try fallAsleep()
        guard case .looking(ringsAreSuppressed: true) = run() else {
            Issue.record("the caller does not run the dispatcher")
            return
        }
        transport.looks = [.begins]
        dispatcher.endInlineRun(hasGivenUp: hasGivenUp)
        #expect(isRung(bell))
    }

    @Test("The dispatcher's sleep goes on if a caller has found nothing")
    func nothing() throws {
        let bell = try fallAsleep()
        _ = run()
        dispatcher.endInlineRun(hasGivenUp: true)
        #expect(!isRung(bell))
        bell.ring()
        #expect(isRung(bell), "rings wake it again")
    }

    @Test("The dispatcher's sleep is short again after a ring, and after the find of a caller")
    func anew() throws {
        let bell = try fallAsleep()
        #expect(dispatcher.idling.backoff.idle() != .spin)
        bell.ring()
        #expect(isRung(bell))
        dispatcher.endSleep(bell, wasRung: true, hasTrimmed: false)
        #expect(dispatcher.idling.backoff.idle() == .spin)

        _ = try fallAsleep()
        #expect(dispatcher.idling.backoff.idle() != .spin)
        transport.looks = [.nothing, .frame]
        _ = run()
        #expect(dispatcher.idling.backoff.idle() == .spin)
    }

    @Test(
        "The dispatcher's sleep ends at its deadline also while a caller offers its core to others, and the thread takes over"
    )
    func deadline() throws {
        let bell = try fallAsleep()
        _ = run()
        #expect(!isRung(bell))
        dispatcher.endSleep(bell, wasRung: false, hasTrimmed: false)
        guard case .threadIsAwake = run() else {
            Issue.record("two threads at work")
            return
        }
        // The caller goes, and must not disturb the thread's next sleep.
        dispatcher.endInlineRun(hasGivenUp: true)
        _ = try fallAsleep()
        #expect(!isRung(bell))
    }

    @Test("The dispatcher's sleep is not disturbed by a frame that a caller finds twice")
    func earlyFrame() throws {
        let bell = try fallAsleep()
        _ = run()
        transport.looks = [.frame, .frame]
        dispatcher.endInlineRun()
        #expect(isRung(bell))
        // Another caller gives up before the thread has run.
        dispatcher.endInlineRun(hasGivenUp: true)
        #expect(transport.looks.count == 1)
        dispatcher.endSleep(bell, wasRung: true, hasTrimmed: false)
        _ = dispatcher.step()
        #expect(ready.phase.isDone)
    }
}
