import Identities
import Testing
import Wire

@testable import Transport

@Suite("What the next process of a runner is told")
struct RunnerReplayTests {
    private typealias Frames = RunnerFrames

    private func frames(_ replay: inout RunnerReplay) throws -> [String] {
        try replay.frames().map { try Frames.describe($0) }
    }

    @Test("A replay is empty if nothing was sent")
    func nothing() throws {
        var replay = RunnerReplay()
        #expect(try frames(&replay) == [])
    }

    @Test("A replay begins with all definitions, in a frame without tasks")
    func definitions() throws {
        var replay = RunnerReplay()
        try replay.note(sent: Frames.open(1, initializer: 0, definitions: 0..<1))
        try replay.note(sent: Frames.tasks(5, [7], callable: 2, definitions: 1..<3))
        #expect(
            try frames(&replay) == ["tasks 0 of 0: zero one two ", "open 1: init", "tasks 5 of 1*: 2(7)"]
        )
        #expect(try replay.definition(ofInitializer: 1)?.name == "zero")
        #expect(try replay.definition(ofTask: 0)?.name == "two")
    }

    @Test("A replay is what is still in force, in its order")
    func standing() throws {
        var replay = RunnerReplay()
        for frame in [
            ShareFrame.write(value: 4, bytes: [1, 2]), Frames.open(1, globals: ["a": [9]]), Frames.open(2),
            ShareFrame.write(value: 5, bytes: [3]), Frames.open(3, initializer: 1),
            MasterFrame.unshareFrame(value: 4), MasterFrame.closeFrame(executor: 2),
            ShareFrame.write(value: 6, bytes: []),
        ] { try replay.note(sent: frame) }
        #expect(
            try frames(&replay) == [
                "open 1: plain a=[9]", "share 5: [3]", "open 3: init", "share 6: []",
            ]
        )
        try replay.note(sent: MasterFrame.goodbyeFrame())
        #expect(try frames(&replay).last == "goodbye")
    }

    @Test("A replay leaves out the tasks that are answered, and counts the answers of the next process from there")
    func partialAnswers() throws {
        var replay = RunnerReplay()
        try replay.note(sent: Frames.tasks(1, [10, 11]))
        try replay.note(sent: Frames.tasks(2, [20, 21, 22, 23]))
        #expect(try replay.note(received: Frames.results(1, first: 0, [0, 0]), isFirstWorker: false))
        #expect(try replay.note(received: Frames.results(2, first: 0, [0]), isFirstWorker: false))
        #expect(try frames(&replay) == ["tasks 2 of 1*: 0(21) 0(22) 0(23)"])
        #expect(replay.pending.map(\.leftOut) == [1])
        let reply = Frames.results(2, first: 0, [1])
        #expect(try replay.note(received: reply, isFirstWorker: false))
        #expect(try Frames.describeReply(reply) == "results 2 from 1: 1")
        // One more is answered without a worker.
        replay.answer(1)
        #expect(try frames(&replay) == ["tasks 2 of 1*: 0(23)"])
        let last = Frames.results(2, first: 0, [9])
        #expect(try replay.note(received: last, isFirstWorker: false))
        #expect(try Frames.describeReply(last) == "results 2 from 3: 9")
        #expect(try frames(&replay) == [])
    }

    @Test("A replay hides from the dispatcher what an earlier process has reported")
    func reports() throws {
        var replay = RunnerReplay()
        #expect(try replay.note(received: Frames.ready, isFirstWorker: true))
        #expect(try !replay.note(received: Frames.ready, isFirstWorker: false))
        try replay.note(sent: Frames.open(1, initializer: 0))
        #expect(replay.awaitsReport(of: 1))
        #expect(try replay.note(received: WorkerFrame.openedFrame(executor: 1, failure: nil), isFirstWorker: false))
        #expect(!replay.awaitsReport(of: 1))
        #expect(try !replay.note(received: WorkerFrame.openedFrame(executor: 1, failure: nil), isFirstWorker: false))
        // The report on an initializer may come after the end of its executor.
        try replay.note(sent: Frames.open(2, initializer: 0))
        try replay.note(sent: MasterFrame.closeFrame(executor: 2))
        #expect(try replay.note(received: WorkerFrame.openedFrame(executor: 2, failure: nil), isFirstWorker: false))
    }

    @Test("A replay lets the tasks of an executor fail whose initializer ends its process")
    func givingUp() throws {
        var replay = RunnerReplay()
        try replay.note(sent: Frames.open(1, initializer: 0, globals: ["a": [9]]))
        try replay.note(sent: Frames.tasks(1, [10]))
        #expect(replay.hasInitializer(1) && replay.awaitsReport(of: 1))
        replay.giveUp(1, [5, 6])
        #expect(!replay.hasInitializer(1) && !replay.awaitsReport(of: 1))
        #expect(try frames(&replay) == ["open 1: plain a=[9] fails [5, 6]", "tasks 1 of 1*: 0(10)"])
        try replay.note(sent: MasterFrame.closeFrame(executor: 1))
        #expect(try frames(&replay) == ["tasks 1 of 1*: 0(10)"])
    }

    @Test("A replay refuses frames that no worker sends")
    func impossibleFrames() throws {
        var replay = RunnerReplay()
        try replay.note(sent: Frames.tasks(1, [10, 11]))
        try replay.note(sent: Frames.tasks(2, [20]))
        for frame in [
            Frames.results(2, first: 0, [1]), Frames.results(3, first: 0, [1]), Frames.results(1, first: 1, [1]),
            Frames.results(1, first: 0, [1, 1, 1]), WorkerFrame.openedFrame(executor: 1, failure: nil),
            WorkerFrame.goodbyeFrame(), frame([1, 2, 3, 4, 5, 6, 7, 8]), frame([]),
        ] { #expect(throws: WireError.self) { try replay.note(received: frame, isFirstWorker: true) } }
        #expect(replay.pending.map(\.answered) == [0, 0])
    }
}
