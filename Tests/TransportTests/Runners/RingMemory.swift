import Synchronization

@testable import Transport

/// A ring in memory of a test, with access to its positions.
final class RingMemory {
    private let memory: UnsafeMutableRawPointer
    private let size: Int

    init(size: Int) {
        self.size = size
        let count = ByteRing.headerSize + size
        memory = .allocate(byteCount: count, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    }

    deinit { memory.deallocate() }

    var ring: ByteRing {
        ByteRing(
            header: memory,
            data: UnsafeMutableRawBufferPointer(start: memory + ByteRing.headerSize, count: size)
        )
    }

    /// The number of bytes that the reader says it has taken.
    var taken: UInt64 {
        get { word(0).pointee.load(ordering: .acquiring) }
        set { word(0).pointee.store(newValue, ordering: .releasing) }
    }

    /// The number of bytes that the writer says it has put.
    var put: UInt64 {
        get { word(64).pointee.load(ordering: .acquiring) }
        set { word(64).pointee.store(newValue, ordering: .releasing) }
    }

    private func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (memory + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }
}
