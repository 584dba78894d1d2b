import Glibc
import Identities
import Linux
import Support
import Testing
import Transport
import Waiting
import Wire

@Suite("A relay", .hangGuarded)
struct RelayTests {
    /// A relay at work on a thread of its own.
    private final class Running: Sendable {
        let workers: PlayedWorkers
        private let thread: Linux.Thread
        private let outcome: Outcome

        private final class Outcome: Sendable {
            let result = Locked<Result<Relay.End, any Error>?>(nil)
        }

        init(_ descriptor: CInt, workers count: Int = 2, looksTwice: Bool = false, receivesSlowly: Bool = false) throws
        {
            let workers = PlayedWorkers(
                workerCount: count,
                looksTwice: looksTwice,
                receivesSlowly: receivesSlowly
            )
            self.workers = workers
            let socket = try FrameSocket(descriptor: descriptor) { workers.doorbell.ring() }
            let outcome = Outcome()
            self.outcome = outcome
            thread = try Linux.Thread(name: "relay") {
                var relay = Relay(workers, socket)
                let end = Result { try relay.run() }
                outcome.result.withLock { $0 = end }
                socket.close()
            }
        }

        var hasEnded: Bool { outcome.result.withLock { $0 != nil } }

        func end() throws -> Relay.End? {
            thread.join()
            return try outcome.result.withLock { $0 }?.get()
        }
    }

    private func goodbye(_ end: SocketEnd, _ relay: Running, _ workers: Range<Int>) throws {
        for worker in workers { relay.workers.arrive(WorkerFrame.goodbyeFrame(), from: WorkerID(worker)) }
        for worker in workers { #expect(try end.next()?.worker == UInt32(worker)) }
    }

    @Test("A relay greets the program, and passes frames on both ways until all workers have left")
    func passing() throws {
        let (left, right) = try socketPair()
        let end = try SocketEnd(left)
        let relay = try Running(right)
        #expect(try end.next()?.worker == FrameSocket.control)
        for round in 0..<200 {
            end.socket.send(frame(pattern(round, round)), worker: UInt32(round % 2))
            let passed = try #require(relay.workers.next())
            #expect(passed.worker.number == round % 2 && passed.bytes == pattern(round, round))
            relay.workers.arrive(frame([130] + pattern(round)), from: WorkerID(round % 2))
            let answer = try #require(try end.next())
            #expect(answer.worker == UInt32(round % 2) && answer.bytes == [130] + pattern(round))
        }
        try goodbye(end, relay, 0..<2)
        guard case .workersLeft? = try relay.end() else {
            Issue.record("another end")
            return
        }
        #expect(try end.next() == nil)
        end.socket.close()
    }

    @Test("A relay passes each frame once that comes while it makes ready to sleep")
    func earlyFrames() throws {
        let (left, right) = try socketPair()
        let end = try SocketEnd(left)
        let relay = try Running(right, workers: 1, looksTwice: true)
        _ = try end.next()
        for round in 0..<50 {
            relay.workers.arrive(frame([130, UInt8(round)]), from: 0)
            #expect(try end.next()?.bytes == [130, UInt8(round)])
        }
        try goodbye(end, relay, 0..<1)
        _ = try relay.end()
        #expect(try end.next() == nil)
        end.socket.close()
    }

    @Test("A relay does not sleep if the last look before the sleep begins to receive a frame")
    func incoming() throws {
        let (left, right) = try socketPair()
        let end = try SocketEnd(left)
        let relay = try Running(right, workers: 1, receivesSlowly: true)
        _ = try end.next()
        for round in 0..<50 {
            relay.workers.arrive(frame([130, UInt8(round)]), from: 0)
            #expect(try end.next()?.bytes == [130, UInt8(round)])
        }
        try goodbye(end, relay, 0..<1)
        _ = try relay.end()
        end.socket.close()
    }

    @Test("A relay does not leave before the program has all that the workers sent")
    func rest() throws {
        let (left, right) = try socketPair()
        let relay = try Running(right, workers: 1)
        relay.workers.arrive(frame(pattern(8_000_000)), from: 0)
        relay.workers.arrive(WorkerFrame.goodbyeFrame(), from: 0)
        var received = 0
        let total = (16 + 1) + (16 + 8_000_000) + (16 + 8)
        var buffer = [UInt8](repeating: 0, count: 100_000)
        // Time enough for it to believe that it is done.
        usleep(50_000)
        #expect(!relay.hasEnded)
        while received < total {
            let count = recv(left, &buffer, buffer.count, 0)
            try #require(count > 0, "\(received) bytes of \(total)")
            received += count
        }
        guard case .workersLeft? = try relay.end() else {
            Issue.record("another end")
            return
        }
        close(left)
    }

    @Test("A relay leaves with the program")
    func programLeft() throws {
        let (left, right) = try socketPair()
        let relay = try Running(right)
        close(left)
        guard case .programLeft? = try relay.end() else {
            Issue.record("another end")
            return
        }
    }

    @Test("A relay refuses a frame for a worker that there is not", arguments: [2, 3, UInt32.max])
    func unknownWorker(worker: UInt32) throws {
        let (left, right) = try socketPair()
        let end = try SocketEnd(left)
        let relay = try Running(right)
        end.socket.send(frame([1]), worker: worker)
        let error = #expect(throws: WireError.self) { try relay.end() }
        #expect(error?.reason == "a frame for worker \(worker) of 2")
        end.socket.close()
    }
}
