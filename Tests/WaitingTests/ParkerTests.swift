import Linux
import Support
import Testing
import Waiting

@Suite("A parked thread", .hangGuarded)
struct ParkerTests {
    @Test("A parked thread goes on when it is let, before or after it has parked")
    func unpark() throws {
        let parker = Parker()
        parker.unpark()
        #expect(parker.park(until: nil))
        let waiter = try Linux.Thread(name: "waiter") { _ = parker.park(until: nil) }
        parker.unpark()
        waiter.join()
    }

    @Test("A parked thread goes on once for each time that it is let")
    func counts() {
        let parker = Parker()
        parker.unpark()
        parker.unpark()
        #expect(parker.park(until: .late))
        #expect(parker.park(until: .late))
        #expect(!parker.park(until: .now))
    }

    @Test("A parked thread goes on at its deadline, which may have passed")
    func deadline() {
        let parker = Parker()
        #expect(!parker.park(until: Instant(nanoseconds: 0)))
        #expect(!parker.park(until: .after(.milliseconds(1))))
    }

    @Test("A parked thread is never forgotten")
    func pingPong() throws {
        let (ping, pong) = (Parker(), Parker())
        let rounds = 20_000
        let other = try Linux.Thread(name: "pong") {
            for _ in 0..<rounds {
                guard ping.park(until: .late) else { return }
                pong.unpark()
            }
        }
        var done = 0
        while done < rounds {
            ping.unpark()
            guard pong.park(until: .late) else { break }
            done += 1
        }
        other.join()
        #expect(done == rounds)
    }
}
