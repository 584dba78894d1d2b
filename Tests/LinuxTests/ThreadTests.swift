import Glibc
import Linux
import Synchronization
import Support
import Testing
import Waiting

@Suite("A thread", .hangGuarded)
struct ThreadTests {
    private final class Note: Sendable {
        let name = Locked("")
        let count = Atomic(0)
    }

    @Test("A thread bears its name, as far as the system keeps it")
    func name() throws {
        let note = Note()
        // Reads its own name only when it has been given: that happens after its start.
        let named = Parker()
        let thread = try Linux.Thread(name: "a name that is too long") {
            _ = named.park(until: nil)
            var bytes = [UInt8](repeating: 0, count: 64)
            let file = open("/proc/thread-self/comm", O_RDONLY)
            let count = read(file, &bytes, bytes.count)
            close(file)
            note.name.withLock { $0 = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) }
        }
        named.unpark()
        thread.join()
        #expect(note.name.withLock { $0 } == "a name that is \n")
    }

    @Test("A thread runs once, and has ended when it is joined")
    func join() throws {
        let note = Note()
        for _ in 0..<100 {
            try Linux.Thread(name: "short") { note.count.add(1, ordering: .relaxed) }.join()
        }
        #expect(note.count.load(ordering: .relaxed) == 100)
    }

    @Test("A thread knows itself from others")
    func isCurrent() throws {
        let end = Parker()
        let thread = try Linux.Thread(name: "other") { _ = end.park(until: nil) }
        #expect(!thread.isCurrent)
        end.unpark()
        thread.join()
    }
}
