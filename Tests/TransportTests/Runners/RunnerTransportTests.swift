import Identities
import Testing
import Wire

@testable import Transport

@Suite("A master's connection to runners")
struct RunnerTransportTests {
    private typealias Frames = RunnerFrames

    @Test("A master and runners pass frames in both directions, larger than the rings")
    func frames() throws {
        let job = try PlayedRunnerJob(workers: 2)
        #expect(job.runners.starts == [0, 1] && job.master.workerCount == 2)
        try job.greet(1)
        try job.greet(0)
        let content = pattern(3 << 20)
        try job.send(ShareFrame.write(value: 1, bytes: content))
        #expect(job.master.isSending)
        var shared: FrameBuffer?
        while shared == nil {
            shared = try job.runner().transport.poll()
            #expect(try job.replies() == [])
        }
        guard case .share(let share) = try MasterFrame(parsing: try #require(shared)) else { return }
        #expect(share.bytes?.elementsEqual(content) == true && !job.master.isSending)
        try job.send(Frames.tasks(1, [5]), to: 1)
        #expect(try job.runner(1).poll() == ["tasks 1 of 1*: 0(5)"])
        try job.runner(1).send(Frames.results(1, first: 0, [6]))
        #expect(try job.replies() == ["results 1 from 0: 6"])
        #expect(job.runners.starts == [0, 1])
    }

    @Test("A master delivers the results that were ready, fails the call that ran, and has the rest done")
    func crash() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.tasks(3, [0, 1, 2, 3, 4, 5], definitions: 0..<1))
        try job.send(Frames.tasks(4, [9]))
        let progress = try #require(try job.runner().transport.progress)
        progress.begin(3, first: 0)
        try job.runner().commit([10])
        try job.runner().send(Frames.results(3, first: 0, [10]))
        progress.begin(3, first: 1)
        try job.runner().commit([11, 12])
        job.die(lastWords: "it hurts")
        #expect(
            try job.replies() == [
                "results 3 from 0: 10", "results 3 from 1: 11 12 'zero was killed by SIGSEGV: it hurts'",
            ]
        )
        #expect(job.runners.starts == [0, 0])
        try job.runner().send(Frames.ready)
        #expect(try job.replies() == [])
        #expect(
            try job.runner().poll() == ["tasks 0 of 0: zero ", "tasks 3 of 1*: 0(4) 0(5)", "tasks 4 of 1*: 0(9)"]
        )
        try job.runner().send(Frames.results(3, first: 0, [14, 15]))
        try job.runner().send(Frames.results(4, first: 0, [19]))
        #expect(try job.replies() == ["results 3 from 4: 14 15", "results 4 from 0: 19"])
    }

    @Test("A master fails the calls whose results cannot be read, keeps those before, and has the others done")
    func unreadableResults() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.tasks(3, [0, 1, 2, 3, 4], definitions: 0..<1))
        let frame = Frames.results(3, first: 0, [10, 11, 12])
        // The status of the second result.
        frame.store(UInt8(200), at: ResultFrame.headerSize + 3)
        try job.runner().send(frame)
        #expect(try job.replies() == [])
        #expect(job.runners.killed == [0])
        job.die(0, .killed(signal: 9))
        let failure = "'zero overwrote memory of its worker (malformed frame at byte 27: an unknown result status)'"
        #expect(try job.replies() == ["results 3 from 0: 10 \(failure) \(failure)"])
        try job.runner().send(Frames.ready)
        #expect(try job.replies() == [])
        #expect(try job.runner().poll() == ["tasks 0 of 0: zero ", "tasks 3 of 1*: 0(3) 0(4)"])
    }

    @Test("A master replaces a process that says goodbye before its time")
    func earlyGoodbye() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.tasks(3, [7]))
        try job.runner().send(WorkerFrame.goodbyeFrame())
        #expect(try job.replies() == [])
        #expect(job.runners.killed == [0])
        job.die(0, .killed(signal: 9))
        #expect(try job.replies() == [])
        #expect(try job.runner().poll() == ["tasks 3 of 1*: 0(7)"])
    }

    @Test("A master blames no call if all results of a frame were ready")
    func crashAfterTheLast() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.tasks(3, [0, 1]))
        try #require(try job.runner().transport.progress).begin(3, first: 0)
        try job.runner().commit([10, 11])
        job.die()
        #expect(try job.replies() == ["results 3 from 0: 10 11"])
        #expect(try job.runner().poll() == [])
    }

    @Test("A master blames no call for a death between two frames, or before the call began")
    func idleDeath() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        job.die(0, .exited(status: 0))
        #expect(try job.replies() == [])
        try job.runner().send(Frames.ready)
        try job.send(Frames.tasks(3, [7]))
        job.die()
        #expect(try job.replies() == [])
        #expect(try job.runner().poll() == ["tasks 3 of 1*: 0(7)"])
        #expect(job.runners.starts.count == 3)
    }

    @Test("A master does not believe the progress of another frame, or of tasks that are answered")
    func otherProgress() throws {
        for (sequence, first) in [(FrameSequence(2), 0), (3, 0), (3, 2)] {
            let job = try PlayedRunnerJob()
            try job.greet()
            try job.send(Frames.tasks(3, [0, 1, 2]))
            try job.runner().send(Frames.results(3, first: 0, [10]))
            try #require(try job.runner().transport.progress).begin(sequence, first: first)
            try job.runner().commit([1])
            job.die()
            #expect(try job.replies() == ["results 3 from 0: 10"])
            #expect(try job.runner().poll() == ["tasks 3 of 1*: 0(1) 0(2)"])
        }
    }

    @Test("A master fails a call whose arrival kills three processes in a row, and has the others done")
    func deadlyArrival() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.tasks(3, [0, 1]))
        for _ in 0..<2 {
            job.die()
            #expect(try job.replies() == [])
            try job.runner().send(Frames.ready)
            #expect(try job.replies() == [])
        }
        job.die()
        #expect(try job.replies() == ["results 3 from 0: 'unknown was killed by SIGSEGV'"])
        try job.runner().send(Frames.ready)
        #expect(try job.runner().poll() == ["tasks 3 of 1*: 0(1)"])
        try job.runner().send(Frames.results(3, first: 0, [1]))
        #expect(try job.replies() == ["results 3 from 1: 1"])
    }

    @Test(
        "A master starts no process in place of one that serves and dies again and again, until there is a frame for it"
    )
    func parked() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        for _ in 0..<3 {
            job.die()
            #expect(try job.replies() == [])
            try job.runners[0]?.send(Frames.ready)
            #expect(try job.replies() == [])
        }
        #expect(job.runners.starts.count == 3 && job.runners[0] == nil && !job.master.isSending)
        try job.send(Frames.tasks(3, [0]))
        #expect(job.runners.starts.count == 4)
        try job.runner().send(Frames.ready)
        #expect(try job.runner().poll() == ["tasks 3 of 1*: 0(0)"])
        try job.runner().send(Frames.results(3, first: 0, [1]))
        #expect(try job.replies() == ["results 3 from 0: 1"])
        // It has worked: three more deaths are needed.
        job.die()
        #expect(try job.replies() == [])
        #expect(job.runners[0] != nil)
    }

    @Test("A master needs no process for the goodbye of a worker that has none")
    func parkedGoodbye() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        for _ in 0..<3 {
            job.die()
            #expect(try job.replies() == [])
            try job.runners[0]?.send(Frames.ready)
            #expect(try job.replies() == [])
        }
        try job.send(MasterFrame.goodbyeFrame())
        #expect(try job.replies() == ["goodbye"])
        #expect(job.runners.starts.count == 3)
    }

    @Test("A master reports the failure of an initializer that dies, and lets no other process run it")
    func deadlyInitializer() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.open(1, initializer: 1, definitions: 0..<2))
        try job.send(Frames.tasks(3, [0]))
        try #require(try job.runner().transport.progress).beginInitializer(1)
        job.die(0, .exited(status: 4))
        #expect(try job.replies() == ["opened 1: init one called exit(4)"])
        let told = try job.runner().poll()
        #expect(told.count == 3 && told[1].hasPrefix("open 1: plain fails ") && told[2] == "tasks 3 of 1*: 0(0)")
    }

    @Test("A master lets an initializer run again in the next process, and gives up when it dies three times there")
    func deadlyRepetition() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.open(1, initializer: 1, definitions: 0..<2))
        try job.runner().send(WorkerFrame.openedFrame(executor: 1, failure: nil))
        #expect(try job.replies() == ["opened 1"])
        for round in 1...4 {
            // The first one dies of something else.
            if round > 1 { try #require(try job.runner().transport.progress).beginInitializer(1) }
            job.die()
            #expect(try job.replies() == [])
            try job.runner().send(Frames.ready)
            #expect(try job.replies() == [])
            let told = try job.runner().poll()
            #expect(told.count == 2)
            #expect(told.last?.hasPrefix(round < 4 ? "open 1: init" : "open 1: plain fails ") == true)
        }
    }

    @Test("A pool is lost if the first process of a worker dies before it serves, or three later ones in a row")
    func noStart() throws {
        let job = try PlayedRunnerJob()
        job.die(0, .notStarted("no such file"))
        #expect { try job.replies() } throws: {
            "\($0)" == "worker 0 could not be started: no such file before it served"
        }
        let other = try PlayedRunnerJob()
        try other.greet()
        for _ in 0..<2 {
            other.die()
            #expect(try other.replies() == [])
        }
        other.die(0, .exited(status: 1))
        #expect { try other.replies() } throws: { "\($0)" == "worker 0 called exit(1) before it served" }
    }

    @Test("A master ends a runner whose memory holds what no runner writes, and blames the call that ran")
    func damage() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.send(Frames.tasks(3, [0, 1], definitions: 0..<1))
        try #require(try job.runner().transport.progress).begin(3, first: 0)
        try job.runner().send(Frames.results(3, first: 1, [1]))
        #expect(try job.replies() == [])
        #expect(job.runners.killed == [0])
        // What comes after it is not read.
        try job.runner().send(Frames.results(3, first: 0, [1, 1]))
        #expect(try job.replies() == [])
        job.die(0, .killed(signal: 9))
        let replies = try job.replies()
        #expect(replies.count == 1)
        #expect(replies.first?.hasPrefix("results 3 from 0: 'zero overwrote memory of its worker (") == true)
        #expect(try job.runner().poll() == ["tasks 0 of 0: zero ", "tasks 3 of 1*: 0(1)"])
    }

    @Test("A master ends a runner that has overwritten the ring to it, and goes on with another process")
    func overwrittenRing() throws {
        let job = try PlayedRunnerJob()
        try job.greet()
        try job.runner().overwriteRings()
        // More than the ring takes, so that the master looks how much the runner has taken.
        try job.send(Frames.tasks(3, [UInt8](repeating: 0, count: 1 << 20), definitions: 0..<1))
        #expect(job.runners.killed == [0])
        job.die(0, .killed(signal: 9))
        #expect(try job.replies() == [])
        #expect(job.runners.starts == [0, 0])
    }

    @Test("A master takes a death after the goodbye for the end of a worker")
    func goodbye() throws {
        let job = try PlayedRunnerJob(workers: 3)
        for worker in [WorkerID(0), 1, 2] {
            try job.greet(worker)
            try job.send(MasterFrame.goodbyeFrame(), to: worker)
        }
        try job.runner(0).send(WorkerFrame.goodbyeFrame())
        #expect(try job.replies() == ["goodbye"])
        job.die(0, .exited(status: 0))
        // It could not say it any more.
        job.die(1)
        #expect(try job.replies() == ["goodbye"])
        #expect(job.runners.starts == [0, 1, 2] && !job.master.isSending)
        job.master.shutDown()
        #expect(job.runners.leaving == [0, 1])
    }

    @Test("A master answers for a dead runner although another one always has results")
    func busyNeighbour() throws {
        let job = try PlayedRunnerJob(workers: 2)
        try job.greet(0)
        try job.greet(1)
        try job.send(Frames.tasks(1, [0]), to: 0)
        try job.send(Frames.tasks(2, Array(0..<10)), to: 1)
        try #require(try job.runner(0).transport.progress).begin(1, first: 0)
        job.die(0)
        var fromFirst = false
        for number in 0..<5 where !fromFirst {
            try job.runner(1).send(Frames.results(2, first: number, [0]))
            fromFirst = try job.master.poll()?.worker == 0
        }
        #expect(fromFirst)
    }

    @Test("A master gives up workers that have not reported when the time for their start is over, and only those")
    func startTimeout() throws {
        let runners = PlayedRunners()
        let master = try RunnerMasterTransport(workerCount: 2, processes: runners, startTimeout: .zero) { _, _ in [] }
        defer { master.shutDown() }
        try runners[1]?.send(RunnerFrames.ready)
        #expect(try master.poll()?.worker == 1)
        #expect(throws: (any Error).self) { try master.poll() }
        try runners[0]?.send(RunnerFrames.ready)
        #expect(try master.poll()?.worker == 0)
        #expect(try master.poll()?.worker == nil)
    }
}
