internal import Glibc
internal import Synchronization
internal import Wire

/// A queue of bytes in shared memory, from one process to one other.
///
/// Two positions count the bytes that were ever put and taken. Each has a cache line of its own, and one process writes
/// it. A reader does not trust the writer's position, and a writer does not trust the reader's: the other process runs
/// user code, which may write anywhere.
struct ByteRing {
    /// The memory that the positions take, in bytes.
    static let headerSize = 128

    fileprivate let taken: UnsafeMutablePointer<Atomic<UInt64>>
    fileprivate let put: UnsafeMutablePointer<Atomic<UInt64>>
    fileprivate let data: UnsafeMutableRawPointer
    fileprivate let capacity: Int

    /// - Parameters:
    ///   - header: `headerSize` bytes, aligned to 64. Zeros are an empty ring.
    ///   - data: The bytes of the ring. Their number is a power of 2.
    init(header: UnsafeMutableRawPointer, data: UnsafeMutableRawBufferPointer) {
        precondition(data.count.nonzeroBitCount == 1, "a ring's size is a power of 2")
        taken = header.assumingMemoryBound(to: Atomic<UInt64>.self)
        put = (header + 64).assumingMemoryBound(to: Atomic<UInt64>.self)
        self.data = data.baseAddress ?? header
        capacity = data.count
    }

    /// Returns the place of a position in the ring, and the number of bytes from there to the end of the memory.
    fileprivate func place(_ position: UInt64) -> (offset: Int, contiguous: Int) {
        let offset = Int(position & UInt64(capacity - 1))
        return (offset, capacity - offset)
    }

    fileprivate func check(_ count: UInt64) throws(WireError) -> Int {
        guard count <= UInt64(capacity) else { throw WireError("a ring with impossible positions", offset: 0) }
        return Int(count)
    }
}

/// The writing end of a ring.
struct RingWriter {
    private let ring: ByteRing
    private var position: UInt64
    private var knownTaken: UInt64

    init(_ ring: ByteRing) {
        self.ring = ring
        position = ring.put.pointee.load(ordering: .relaxed)
        knownTaken = ring.taken.pointee.load(ordering: .acquiring)
    }

    /// Copies as many bytes as fit. The reader sees them after `publish`.
    ///
    /// - Returns: The number of bytes that were copied.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Int {
        var free = ring.capacity - (try ring.check(position &- knownTaken))
        if free < bytes.count {
            knownTaken = ring.taken.pointee.load(ordering: .acquiring)
            free = ring.capacity - (try ring.check(position &- knownTaken))
        }
        let count = min(free, bytes.count)
        guard count > 0, let source = bytes.baseAddress else { return 0 }
        let (offset, contiguous) = ring.place(position)
        let first = min(count, contiguous)
        memcpy(ring.data + offset, source, first)
        if first < count { memcpy(ring.data, source + first, count - first) }
        position &+= UInt64(count)
        return count
    }

    /// Shows the reader what was appended.
    func publish() { ring.put.pointee.store(position, ordering: .releasing) }
}

/// The reading end of a ring.
struct RingReader {
    private let ring: ByteRing
    private var position: UInt64
    private var knownPut: UInt64

    init(_ ring: ByteRing) {
        self.ring = ring
        position = ring.taken.pointee.load(ordering: .relaxed)
        knownPut = position
    }

    /// The number of bytes that can be read.
    var available: Int {
        mutating get throws(WireError) {
            if knownPut == position { knownPut = ring.put.pointee.load(ordering: .acquiring) }
            return try ring.check(knownPut &- position)
        }
    }

    /// Moves bytes out of the ring, as many as there are.
    ///
    /// - Returns: The number of bytes that were moved.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(WireError) -> Int {
        let count = min(try available, buffer.count)
        guard count > 0, let target = buffer.baseAddress else { return 0 }
        let (offset, contiguous) = ring.place(position)
        let first = min(count, contiguous)
        memcpy(target, ring.data + offset, first)
        if first < count { memcpy(target + first, ring.data, count - first) }
        position &+= UInt64(count)
        ring.taken.pointee.store(position, ordering: .releasing)
        return count
    }
}
