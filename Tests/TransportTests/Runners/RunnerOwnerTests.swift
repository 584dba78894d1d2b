import Identities
import Linux
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

    /// Runs an owner. Its runner reports, then each step takes place when the owner is about to wait, and then both
    /// leave. A step that brings the owner no frame would let it sleep.
    private func run(_ master: PlayedMaster, _ runners: PlayedRunners, _ steps: [() throws -> Void]) throws {
        let owner = RunnerOwner(master, 0, processes: runners, startTimeout: hangTime) { _, _ in [] }
        var steps: [() throws -> Void] =
            [{ try runners[0]?.send(RunnerFrames.ready) }] + steps + [
                { master.frames = [MasterFrame.goodbyeFrame()] },
                { try runners[0]?.send(WorkerFrame.goodbyeFrame()) },
            ]
        master.beforeWait = {
            do { if !steps.isEmpty { try steps.removeFirst()() } } catch { Issue.record(error) }
        }
        try owner.run()
        #expect(steps.isEmpty)
    }

    @Test("An owner that passes frames on takes those that its runner has sent just before the owner falls asleep")
    func fallingAsleep() throws {
        let runners = PlayedRunners()
        let master = PlayedMaster([RunnerControl.relay.frame])
        // The ring of each frame of the runner finds the owner awake.
        try run(
            master,
            runners,
            [
                { master.frames = [RunnerFrames.tasks(1, [5], definitions: 0..<1)] },
                { try runners[0]?.send(RunnerFrames.results(1, first: 0, [6])) },
            ]
        )
        let texts = try master.sent.filter { try RunnerControl(parsing: $0) == nil }.map(RunnerFrames.describeReply)
        #expect(texts == ["ready", "results 1 from 0: 6", "goodbye"])
    }

    @Test("An owner puts a large shared value into a file, which another owner of its host opens")
    func file() throws {
        let value = [UInt8](repeating: 7, count: SharedContent.leastFileSize)
        let (runners, others) = (PlayedRunners(), PlayedRunners())
        let master = PlayedMaster([RunnerControl.relay.frame, ShareFrame.write(value: 1, bytes: value)])
        try run(
            master,
            runners,
            [
                {
                    try expect(runners, ["share 1: in a file"])
                    let offer = try #require(try self.offer(of: master))
                    let mapped = try MappedFile(offer.file)
                    let bytes = withExtendedLifetime(mapped) { Array(mapped.bytes) }
                    #expect(bytes == value)
                    try take(offer, others)
                    master.frames = [MasterFrame.unshareFrame(value: 1)]
                }
            ]
        )
    }

    private func expect(_ runners: PlayedRunners, _ texts: [String]) throws {
        let arrived = try runners[0]?.poll()
        #expect(arrived == texts)
    }

    private func expect(_ master: PlayedMaster, _ message: RunnerControl) throws {
        let sent = try master.sent.compactMap { try RunnerControl(parsing: $0) }
        #expect(sent.contains(message))
    }

    private func offer(of master: PlayedMaster) throws -> SharedFileOffer? {
        for frame in master.sent {
            if case .offers(let offer)? = try RunnerControl(parsing: frame) { return offer }
        }
        return nil
    }

    /// Runs an owner that is offered the file of another one.
    private func take(_ offer: SharedFileOffer, _ runners: PlayedRunners) throws {
        let tasks = RunnerFrames.tasks(1, [], definitions: 0..<1)
        let master = PlayedMaster([RunnerControl.relay.frame, RunnerControl.expect(1).frame, tasks])
        try run(
            master,
            runners,
            [
                {
                    try expect(runners, [])
                    master.frames = [RunnerControl.take(offer).frame]
                },
                {
                    try expect(runners, ["share 1: in a file", "tasks 1 of 1*: zero "])
                    try expect(master, .has(1))
                    master.frames = [MasterFrame.unshareFrame(value: 1)]
                },
            ]
        )
    }

    @Test("An owner asks for the bytes of a shared value in a file that it cannot open, and holds tasks back meanwhile")
    func noFile() throws {
        let value = [UInt8](repeating: 7, count: SharedContent.leastFileSize)
        let runners = PlayedRunners()
        let missing = FileReference(path: "/proc/1/fd/none", byteCount: 1, device: 2, inode: 3)
        let offer = SharedFileOffer(value: 1, encoding: .cbor, machine: Machine.bootID, file: missing)
        let tasks = RunnerFrames.tasks(1, [], definitions: 0..<1)
        let master = PlayedMaster([RunnerControl.relay.frame, RunnerControl.expect(1).frame, tasks])
        try run(
            master,
            runners,
            [
                { master.frames = [RunnerControl.take(offer).frame] },
                {
                    try expect(master, .lacks(1))
                    try expect(runners, [])
                    master.frames = [ShareFrame.write(value: 1, bytes: value)]
                },
                {
                    try expect(runners, ["share 1: in a file", "tasks 1 of 1*: zero "])
                    master.frames = [MasterFrame.unshareFrame(value: 1)]
                },
            ]
        )
    }
}
