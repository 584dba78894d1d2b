import Identities
import Support
import Testing
import Wire

@testable import Transport

@Suite("Runners that die at random moments")
struct RunnerChaosTests {
    private typealias Frames = RunnerFrames

    /// What the test knows of one worker.
    private struct Worker {
        /// The frames that were sent and not answered completely.
        var sent: [(sequence: FrameSequence, arguments: [UInt8], answered: Int)] = []
        /// How the process of now serves the frame at the front: how many tasks are answered or noted.
        var served = 0
        var first = 0
        var noted: [UInt8] = []
        var isServing = false
        /// Whether the process of now has sent results.
        var hasAnswered = false
        /// How many processes in a row have died without results, and outside of tasks.
        var idleDeaths = 0
    }

    private static func result(_ argument: UInt8) -> UInt8 { argument &* 3 &+ 1 }

    @Test(
        "Runners that die at random moments leave each task answered once and in order, with its own result or the failure of its own death"
    )
    func deaths() throws {
        var random = SeededGenerator()
        let job = try PlayedRunnerJob(workers: 3)
        var workers = Array(repeating: Worker(), count: 3)
        for worker in [WorkerID(0), 1, 2] { try job.greet(worker) }
        var (sequence, frames, deaths): (FrameSequence, Int, Int) = (1, 0, 0)
        var expectedFailures: [FrameSequence: Set<Int>] = [:]
        var failures = 0

        func take() throws {
            while let (id, frame) = try job.master.poll() {
                guard case .results(let results) = try WorkerFrame(parsing: frame) else {
                    Issue.record("a report came twice, seed \(random.seed)")
                    continue
                }
                let place = workers[id.number].sent.firstIndex { $0.sequence == results.sequence }
                let index = try #require(place, "seed \(random.seed)")
                var sent = workers[id.number].sent[index]
                #expect(index == 0 && results.first == sent.answered, "seed \(random.seed)")
                var reader = FrameReader(frame.bytes, at: results.records)
                for _ in 0..<results.count {
                    let (status, bytes) = try reader.resultRecord()
                    if status.isFailure {
                        failures += 1
                        let mayFail = expectedFailures[sent.sequence]?.remove(sent.answered) != nil
                        #expect(mayFail, "seed \(random.seed)")
                    } else {
                        #expect(bytes.first == Self.result(sent.arguments[sent.answered]), "seed \(random.seed)")
                    }
                    sent.answered += 1
                }
                #expect(reader.isAtEnd, "seed \(random.seed)")
                workers[id.number].sent[index] = sent
                if sent.answered == sent.arguments.count { workers[id.number].sent.remove(at: index) }
            }
        }

        /// Does what a worker does next: a task, or the sending of its results.
        func serve(_ id: WorkerID) throws {
            guard let runner = job.runners[id] else { return }
            if !workers[id.number].isServing {
                workers[id.number].isServing = true
                return try runner.send(Frames.ready)
            }
            while let frame = try runner.transport.poll() { runner.waiting.append(frame) }
            guard let frame = runner.waiting.first, case .tasks(let tasks) = try MasterFrame(parsing: frame) else {
                if !runner.waiting.isEmpty { runner.waiting.removeFirst() }
                return
            }
            guard tasks.count > 0 else {
                runner.waiting.removeFirst()
                return
            }
            var worker = workers[id.number]
            defer { workers[id.number] = worker }
            let progress = try #require(runner.transport.progress)
            let done = worker.first + worker.noted.count
            if worker.noted.isEmpty { progress.begin(tasks.sequence, first: worker.first) }
            if done < tasks.count, worker.noted.isEmpty || Bool.random(using: &random) {
                var reader = FrameReader(frame.bytes, at: tasks.records)
                for _ in 0..<done { _ = try reader.taskRecord() }
                worker.noted.append(Self.result(try reader.taskRecord().arguments.first ?? 0))
                runner.commit(worker.noted)
            } else {
                try runner.send(Frames.results(tasks.sequence, first: worker.first, worker.noted))
                worker.hasAnswered = true
                worker.first = done
                worker.noted = []
                guard done == tasks.count else { return progress.begin(tasks.sequence, first: done) }
                progress.end()
                worker.first = 0
                runner.waiting.removeFirst()
            }
        }

        /// Kills a worker. The call that it was in must fail, and no other.
        func kill(_ id: WorkerID) throws {
            guard let runner = job.runners[id], workers[id.number].isServing else { return }
            var isIdle = !workers[id.number].hasAnswered
            if case .tasks(let number, let first, let results)? = runner.transport.progress?.last,
                let sent = workers[id.number].sent.first(where: { $0.sequence == number })
            {
                // The process counts from the tasks that it was given.
                let given = try runner.waiting.first.map { try MasterFrame(parsing: $0) }
                guard case .tasks(let tasks) = given, tasks.sequence == number else { return }
                let place = sent.arguments.count - tasks.count + first + results.count
                if place < sent.arguments.count { expectedFailures[number, default: []].insert(place) }
                isIdle = false
            }
            // A third such death would be blamed on the next task.
            guard !isIdle || workers[id.number].idleDeaths < 2 else { return }
            workers[id.number].idleDeaths = isIdle ? workers[id.number].idleDeaths + 1 : 0
            workers[id.number].hasAnswered = false
            job.die(id)
            deaths += 1
            (workers[id.number].first, workers[id.number].noted) = (0, [])
            workers[id.number].isServing = false
        }

        while frames < 3000 || workers.contains(where: { !$0.sent.isEmpty }) {
            let id = WorkerID(.random(in: 0..<3, using: &random))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<20 where frames < 3000 && workers[id.number].sent.count < 4:
                let arguments = (0..<Int.random(in: 1...8, using: &random)).map { _ in UInt8.random(in: 0...255) }
                workers[id.number].sent.append((sequence, arguments, 0))
                try job.send(Frames.tasks(sequence, arguments), to: id)
                sequence = sequence.next
                frames += 1
            case 20..<23: try kill(id)
            case 23..<40: try take()
            default: try serve(id)
            }
        }
        #expect(deaths > 50 && failures > 20, "seed \(random.seed)")
        let missing = expectedFailures.filter { !$0.value.isEmpty }
        #expect(missing.isEmpty, "seed \(random.seed)")
    }
}
