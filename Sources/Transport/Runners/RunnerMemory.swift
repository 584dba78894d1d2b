internal import Glibc
internal import Linux
internal import Waiting

/// The memory that a master shares with one runner: the runner's doorbell, its progress, and a ring each way.
///
/// The memory has no name, so it ends with the processes that have mapped it. Each runner has memory of its own: one
/// that crashes cannot have damaged the frames of others.
///
/// The conformance to `Sendable` is unchecked because the pointer is constant, and what lies behind it is shared by
/// atomic operations.
package final class RunnerMemory: @unchecked Sendable {
    private static let page = 4096
    private static let bellPlace = 0
    private static let bellOffsetPlace = Doorbell.byteCount
    private static let progressPlace = bellOffsetPlace + 64
    /// The size of each ring's data, in bytes. Larger frames pass through in pieces.
    private static let ringSize = 1 << 20
    private static let stagingEnd = progressPlace + TaskProgress.headerSize + TaskProgress.stagingSize
    private static let dataPlace = (stagingEnd + 2 * ByteRing.headerSize + page - 1) / page * page
    private static let size = dataPlace + 2 * ringSize

    private let base: UnsafeMutableRawPointer

    private init(base: UnsafeMutableRawPointer) { self.base = base }

    deinit { munmap(base, Self.size) }

    /// Makes the memory for a new runner.
    ///
    /// - Parameter bellOffset: The place of the master's doorbell in its memory, in bytes.
    /// - Returns: The memory, and a descriptor of it, which the caller closes.
    static func make(bellOffset: Int) throws(SystemError) -> (memory: RunnerMemory, descriptor: CInt) {
        let descriptor = try SharedFile.make(size: size)
        guard let memory = map(descriptor) else {
            let error = SystemError("cannot map the memory for a runner")
            close(descriptor)
            throw error
        }
        _ = Doorbell(initializing: memory.base + bellPlace, shared: true)
        memory.base.storeBytes(of: bellOffset, toByteOffset: bellOffsetPlace, as: Int.self)
        return (memory, descriptor)
    }

    /// Opens the memory that a master has made.
    static func open(_ descriptor: CInt) throws(SystemError) -> RunnerMemory {
        guard let memory = map(descriptor) else { throw SystemError("cannot map the memory of this runner") }
        // A process that a call forks must not write into it.
        madvise(memory.base, size, MADV_DONTFORK)
        return memory
    }

    private static func map(_ descriptor: CInt) -> RunnerMemory? {
        SharedFile.map(descriptor, size: size).map { RunnerMemory(base: $0) }
    }

    /// The place of the master's doorbell in its memory, in bytes.
    var bellOffset: Int { base.load(fromByteOffset: Self.bellOffsetPlace, as: Int.self) }

    /// Where the runner sleeps.
    var bell: Doorbell { Doorbell(attaching: base + Self.bellPlace) }

    /// How far the runner is. It keeps the memory.
    var progress: TaskProgress { TaskProgress(base + Self.progressPlace, keeping: self) }

    var toRunner: ByteRing { ring(0) }
    var toMaster: ByteRing { ring(1) }

    private func ring(_ number: Int) -> ByteRing {
        ByteRing(
            header: base + Self.dataPlace - (2 - number) * ByteRing.headerSize,
            data: UnsafeMutableRawBufferPointer(
                start: base + Self.dataPlace + number * Self.ringSize,
                count: Self.ringSize
            )
        )
    }
}
