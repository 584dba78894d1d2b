import CBOR
import Glibc
import Identities
import Support
import Testing
import Waiting
import Wire
import Worker

@Suite("A worker")
struct ServeLoopTests {
    private let master = ScriptedMaster()
    private let identity = WorkerIdentity(rank: 3, worldSize: 5, host: "here", processID: 17)
    private let place = WorkerPlace(2, of: 4)

    private func serve(_ language: TestLanguage = TestLanguage()) throws {
        try ServeLoop(transport: master, language: language, identity: identity, place: place).run()
        #expect(master.isShutDown)
        #expect(!master.wasSendingAtEnd, "the last frame has to be out before the transport goes")
    }

    /// All results, of pieces that have to follow one another.
    private func results() throws -> [(status: ResultStatus, bytes: [UInt8])] {
        var all: [(status: ResultStatus, bytes: [UInt8])] = []
        for piece in try master.pieces() {
            #expect(piece.first == all.count)
            all += piece.results
        }
        return all
    }

    private func failures() throws -> [TaskFailure?] {
        try results().map { result in
            try result.status.isFailure ? CBORDecoder().decode(TaskFailure.self, from: result.bytes) : nil
        }
    }

    @Test("A worker reports, answers, and takes its leave")
    func life() throws {
        master.looksToSend = 3
        master.incoming = [Tasks.frame([0, 0, 0], sequence: 77)]
        master.leave(after: 3)
        try serve()
        guard case .ready(identity) = try WorkerFrame(parsing: master.sent[0]),
            case .goodbye? = try master.sent.last.map({ try WorkerFrame(parsing: $0) })
        else {
            Issue.record("something else at the beginning or the end")
            return
        }
        #expect(try master.pieces().allSatisfy { $0.sequence == 77 })
        #expect(try results().map(\.bytes) == [[0], [1], [2]])
    }

    @Test("A worker sends results that are many bytes as they come, each once")
    func largeResults() throws {
        master.incoming = [Tasks.frame([CallableID](repeating: 0, count: 20))]
        master.leave(after: 20)
        try serve(
            TestLanguage { argument, _, result in
                for _ in 0..<1000 { result.append(byte: argument ?? 0) }
            }
        )
        #expect(try results().map(\.bytes) == (0..<20).map { [UInt8](repeating: $0, count: 1000) })
        // 8 of them are more than 7 KiB.
        // A slow machine sends smaller pieces.
        #expect(try master.pieces().allSatisfy { $0.results.count <= 8 })
    }

    @Test("A worker lets no result wait for a long task behind it")
    func longTasks() throws {
        master.incoming = [Tasks.frame([0, 0, 0])]
        master.leave(after: 3)
        try serve(
            TestLanguage { argument, _, result in
                usleep(2000)
                result.append(byte: argument ?? 0)
            }
        )
        #expect(try master.pieces().map(\.results.count) == [1, 1, 1])
        #expect(try results().map(\.bytes) == [[0], [1], [2]])
    }

    @Test("A worker leaves tasks undone if the master has said goodbye")
    func abandoned() throws {
        master.incoming = [Tasks.frame([0, 0, 0]), Tasks.frame([0], definitions: 0), MasterFrame.goodbyeFrame()]
        try serve(TestLanguage { _, _, _ in usleep(2000) })
        #expect(try master.pieces().map(\.results.count) == [1, 1])
    }

    @Test("A worker loses no frame that comes while it sends or is about to sleep, and serves them in their order")
    func order() throws {
        for looksToSend in [0, 4] {
            let master = ScriptedMaster()
            master.looksToSend = looksToSend
            master.incoming = [nil, Tasks.frame([0], sequence: 1), nil]
            master.incoming += (UInt32(2)...5).map { Tasks.frame([0], definitions: 0, sequence: FrameSequence($0)) }
            master.incoming += [nil, nil, MasterFrame.goodbyeFrame()]
            try ServeLoop(transport: master, language: TestLanguage(), identity: identity, place: place).run()
            #expect(try master.pieces().map(\.sequence) == [1, 2, 3, 4, 5])
        }
    }

    @Test("A worker does not sleep if the last look before the sleep begins to receive a frame", .hangGuarded)
    func incoming() throws {
        master.sleepsForEver = true
        master.looksToReceive = 3
        // The first look finds nothing, and the one before the sleep begins to receive.
        master.incoming = [nil, Tasks.frame([0]), nil, MasterFrame.goodbyeFrame()]
        try serve()
        #expect(try results().map(\.bytes) == [[0]])
    }

    @Test("A worker answers a task that fails with its failure, and the others with their results")
    func failing() throws {
        master.incoming = [Tasks.frame([0, 1, 0, 9, 0], takesArrays: true)]
        master.leave(after: 5)
        try serve()
        let all = try results()
        try #require(all.count == 5)
        #expect(all.map(\.status) == [.cborValue, .thrown, .cborValue, .failure, .cborValue])
        #expect(all[0].bytes == [0] && all[2].bytes == [2] && all[4].bytes == [4])
        #expect(try master.pieces().allSatisfy { $0.arrays == 0 })
        let failures = try failures()
        let thrown = try #require(failures[1])
        #expect(thrown.stage == .running && thrown.message == "it rains" && thrown.callable == "fails")
        #expect(thrown.rank == 3 && thrown.worldSize == 5 && thrown.host == "here")
        let unknown = try #require(failures[3])
        #expect(unknown.stage == .lookingUp && unknown.callable == "#9")
        #expect(unknown.message.contains("callable number 9 was never defined"))
    }

    @Test("A worker sends the arrays of each result with that result")
    func arrays() throws {
        master.incoming = [Tasks.frame([0, 0, 0], takesArrays: true)]
        master.leave(after: 3)
        let code = try #require((UInt8(0)...255).first { NumberArray.make(code: $0, byteCount: 16) != nil })
        try serve(
            TestLanguage { argument, _, result in
                guard argument != 1, let array = NumberArray.make(code: code, byteCount: 16) else { return }
                #expect(result.mayHaveOutOfBandArrays)
                result.outOfBand.append(array)
            }
        )
        let pieces = try master.pieces()
        // A slow machine sends the second result by itself.
        #expect(pieces.map(\.results.count) == [1, 2] || pieces.map(\.results.count) == [1, 1, 1])
        #expect(pieces.first?.arrays == 1 && pieces.last?.arrays == 1)
        #expect(pieces.reduce(0) { $0 + $1.arrays } == 2)
    }

    @Test("A worker adds no out-of-band arrays to results for a master that takes none")
    func noArrays() throws {
        master.incoming = [Tasks.frame([0]), MasterFrame.goodbyeFrame()]
        try serve(TestLanguage { _, _, result in #expect(!result.mayHaveOutOfBandArrays) })
    }

    @Test("A worker that fails to initialise an executor fails its tasks, until it is closed, and no others")
    func initializers() throws {
        master.incoming = [
            Tasks.open(1, initializer: 1), Tasks.frame([0], definitions: 0, executor: 1, sequence: 1),
            Tasks.frame([0], definitions: 0, executor: 2, sequence: 2), MasterFrame.closeFrame(executor: 1),
            Tasks.frame([0], definitions: 0, executor: 1, sequence: 3), MasterFrame.goodbyeFrame(),
        ]
        try serve()
        let report = try #require(try master.reports().first ?? nil)
        let failure = try CBORDecoder().decode(TaskFailure.self, from: report)
        #expect(failure.stage == .initializing && failure.callable == "fails" && failure.message == "it rains")
        let pieces = try master.pieces()
        #expect(pieces.map { $0.results[0].status } == [.failure, .cborValue, .cborValue])
        #expect(pieces[0].results[0].bytes == report)
    }

    @Test("A worker reports an initializer that works, or that it does not know, as such")
    func initializerReports() throws {
        master.incoming = [Tasks.open(1, initializer: 0), Tasks.open(2, initializer: 9), MasterFrame.goodbyeFrame()]
        try serve()
        let reports = try master.reports()
        #expect(reports.count == 2)
        #expect(reports[0] == nil)
        let failure = try CBORDecoder().decode(TaskFailure.self, from: try #require(reports[1]))
        #expect(failure.stage == .lookingUp)
    }

    @Test("A worker gives tasks the globals of their own executor, and shared values, as long as there are any")
    func scopes() throws {
        master.incoming = [
            Tasks.open(1, globals: ["x": [5]]),
            [UInt8(6)].withUnsafeBytes { ShareFrame.write(value: 8, .cbor, content: $0) },
            Tasks.frame([0], definitions: 0, executor: 1, sequence: 1),
            Tasks.frame([0], definitions: 0, executor: 2, sequence: 2), MasterFrame.closeFrame(executor: 1),
            MasterFrame.unshareFrame(value: 8), Tasks.frame([0], definitions: 0, executor: 1, sequence: 3),
            MasterFrame.goodbyeFrame(),
        ]
        try serve(
            TestLanguage { _, _, result in
                let scope = TaskScope.current
                for value in [scope?.globals["x"], scope?.sharedValue(8)] {
                    result.append(byte: (try? value?.get { $0[0] }) ?? 0)
                }
            }
        )
        #expect(try master.pieces().map { $0.results[0].bytes } == [[5, 6], [0, 6], [0, 0]])
        #expect(TaskScope.current == nil)
    }

    @Test("A worker knows which task it runs, for the report of a crash, and that it runs none")
    func currentTask() throws {
        master.incoming = [Tasks.open(1, initializer: 0), Tasks.frame([0, 0, 0], definitions: 0)]
        master.leave(after: 3)
        let leave = master.whenSent
        master.whenSent = { frame in
            #expect(!CurrentTask.isInside)
            leave(frame)
        }
        try serve(
            TestLanguage { _, _, _ in
                #expect(CurrentTask.isInside)
                #expect(CurrentTask.name.map { String(cString: $0) } == "echo")
                // So that each result goes out by itself.
                usleep(2000)
            }
        )
        #expect(try master.pieces().count == 3)
        #expect(!CurrentTask.isInside)
        // Other threads may run tasks of other names.
        #expect(CurrentTask.name.map { String(cString: $0) } != "echo")
    }
}
