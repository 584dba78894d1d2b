import Identities
import Support
import Testing
import Waiting
import Wire

@testable import Transport

@Suite("An owner of a runner", .hangGuarded)
struct RunnerOwnerTests {
    /// A master on another host, which a test plays. The owner asks for the doorbell when it is about to wait.
    private final class PlayedMaster: WorkerTransport {
        private let own = LocalDoorbell()
        private var place: Doorbell
        var frames: [FrameBuffer]
        var sent: [FrameBuffer] = []
        /// What happens before each wait of the owner.
        var beforeWait: () -> Void = {}

        init(_ frames: [FrameBuffer]) {
            self.frames = frames
            place = own.bell
        }

        var doorbell: Doorbell {
            beforeWait()
            return place
        }

        func sleep(at doorbell: Doorbell, owner: AnyObject) { place = doorbell }

        /// The first wait is a sleep already, which only a ring would end.
        var waiting: Backoff.Limits {
            var limits = Backoff.Limits()
            (limits.spins, limits.yields) = (0, 0)
            return limits
        }

        func announceSleep(_ nanoseconds: UInt64) -> UInt64 { hangTime.wholeNanoseconds }
        func send(_ frame: FrameBuffer) { sent.append(frame) }
        func poll() -> FrameBuffer? { frames.isEmpty ? nil : frames.removeFirst() }
        let isSending = false
        let movesArrays = true
        let traffic = Backoff.Traffic.none
        func shutDown() {}
    }

    @Test("An owner that passes frames on takes those that its runner has sent just before the owner falls asleep")
    func fallingAsleep() throws {
        let runners = PlayedRunners()
        let master = PlayedMaster([RunnerControl.relay.frame])
        let owner = RunnerOwner(master, 0, processes: runners, startTimeout: hangTime) { _, _ in [] }
        // The ring of each frame of the runner finds the owner awake.
        var steps: [() throws -> Void] = [
            { try runners[0]?.send(RunnerFrames.ready) },
            { master.frames = [RunnerFrames.tasks(1, [5], definitions: 0..<1)] },
            { try runners[0]?.send(RunnerFrames.results(1, first: 0, [6])) },
            { master.frames = [MasterFrame.goodbyeFrame()] },
            { try runners[0]?.send(WorkerFrame.goodbyeFrame()) },
        ]
        master.beforeWait = {
            do { if !steps.isEmpty { try steps.removeFirst()() } } catch { Issue.record(error) }
        }
        try owner.run()
        #expect(steps.isEmpty)
        let texts = try master.sent.filter { try RunnerControl(parsing: $0) == nil }.map(RunnerFrames.describeReply)
        #expect(texts == ["ready", "results 1 from 0: 6", "goodbye"])
    }
}
