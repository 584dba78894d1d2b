import Support
import Testing
import Waiting

@Suite("A semaphore between processes", .hangGuarded)
struct SemaphoreTests {
    private final class Shared {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Semaphore.byteCount, alignment: 64)
        deinit { memory.deallocate() }
        func fill(_ byte: UInt8) { memory.initializeMemory(as: UInt8.self, repeating: byte) }
    }

    @Test("A semaphore between processes keeps one post for a later wait")
    func post() throws {
        let shared = Shared()
        let semaphore = Semaphore(initializing: try #require(shared.memory.baseAddress), shared: true)
        #expect(!semaphore.wait(until: .now))
        semaphore.post()
        semaphore.post()
        #expect(semaphore.wait(until: .now))
        #expect(!semaphore.wait(until: .now))
        #expect(!semaphore.wait(until: .after(.milliseconds(1))))
    }

    @Test("A semaphore between processes works whatever another one has written to it", arguments: [0, 1, 0x5a, 0xff])
    func overwritten(byte: UInt8) throws {
        let shared = Shared()
        let semaphore = Semaphore(initializing: try #require(shared.memory.baseAddress), shared: true)
        shared.fill(byte)
        semaphore.post()
        shared.fill(byte)
        #expect(semaphore.wait(until: .now) == (byte != 0))
        #expect(!semaphore.wait(until: .now))
        semaphore.post()
        semaphore.wait()
    }
}
