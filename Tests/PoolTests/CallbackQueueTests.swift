import Identities
import Linux
import Pool
import Support
import Testing
import Waiting

@Suite("A callback queue", .inTurn, .hangGuarded)
struct CallbackQueueTests {
    @Test("A callback queue runs what is added in order, on a thread of its own")
    func order() {
        let queue = CallbackQueue()
        let hearing = Hearing()
        for number in 0..<1000 { queue.add { hearing.note(queue.isCurrent ? number : -1) } }
        queue.drain()
        #expect(hearing.all == Array(0..<1000))
        #expect(!queue.isCurrent)
        queue.close()
    }

    @Test("A callback queue lets a callback drain it, which has nobody to wait for")
    func drainInside() {
        let queue = CallbackQueue()
        let hearing = Hearing()
        queue.add {
            queue.drain()
            hearing.note(1)
        }
        queue.drain()
        #expect(hearing.all == [1])
        queue.close()
    }

    @Test("A callback queue lets callbacks add callbacks")
    func nested() {
        let queue = CallbackQueue()
        let hearing = Hearing()
        queue.add {
            hearing.note(1)
            queue.add { hearing.note(3) }
        }
        queue.add { hearing.note(2) }
        queue.drain()
        queue.drain()
        #expect(hearing.all.sorted() == [1, 2, 3])
        #expect(hearing.all.first == 1)
        queue.close()
    }

    @Test("A callback queue that is closed runs what it has, and later callbacks where they are added")
    func closed() {
        let queue = CallbackQueue()
        let hearing = Hearing()
        for number in 0..<100 { queue.add { hearing.note(number) } }
        queue.close()
        queue.drain()
        #expect(hearing.all == Array(0..<100))
        // Whether its thread has left yet or not, the callback runs.
        queue.add { hearing.note(100) }
        queue.drain()
        #expect(hearing.all.last == 100)
    }

    @Test("A callback queue loses nothing of what many threads add while it is closed")
    func contention() throws {
        for _ in 0..<50 {
            let queue = CallbackQueue()
            let hearing = Hearing()
            let threads = try (0..<4).map { thread in
                try Linux.Thread(name: "adder") {
                    for number in 0..<50 { queue.add { hearing.note(100 * thread + number) } }
                }
            }
            queue.close()
            for thread in threads { thread.join() }
            queue.drain()
            #expect(Set(hearing.all).count == 200)
            #expect(hearing.all.count == 200)
        }
    }
}
