package import Identities
internal import Synchronization
package import Wire

/// How far a worker is with its tasks, in memory that its master reads after the worker's death.
///
/// A worker collects results in a frame of its own memory. Each result that is ready is also copied here, together with
/// one word that counts the results and their bytes. So a crash loses no result of the calls before it, and the master
/// knows which call was running.
///
/// The conformance to `Sendable` is unchecked because one thread of the worker writes, and the master reads when the
/// worker is dead.
package final class TaskProgress: @unchecked Sendable {
    /// What the worker was doing.
    enum Phase: UInt32 {
        case idle = 0
        case tasks = 1
        case initializer = 2
    }

    static let headerSize = 64
    /// The most bytes of results that are kept here. A worker sends its results before they are so many.
    static let stagingSize = 1 << 14

    private let base: UnsafeMutableRawPointer
    private let word: UnsafeMutablePointer<Atomic<UInt64>>
    private let phase: UnsafeMutablePointer<Atomic<UInt32>>
    private var copied = 0
    /// When the current call has to end.
    package let deadline: CallDeadline

    private static let deadlinePlace = 32
    private static let memoryPlace = 56

    /// Where the worker stores 1 if it crashes because it has no memory.
    package var memoryFlag: UnsafeMutablePointer<UInt32> {
        (base + Self.memoryPlace).assumingMemoryBound(to: UInt32.self)
    }

    /// - Parameters:
    ///   - base: `headerSize + stagingSize` bytes, aligned to 64. Zeros are an idle worker.
    ///   - owner: The owner of the memory.
    init(_ base: UnsafeMutableRawPointer, keeping owner: AnyObject? = nil) {
        self.base = base
        deadline = CallDeadline(base + Self.deadlinePlace, keeping: owner)
        word = base.assumingMemoryBound(to: Atomic<UInt64>.self)
        phase = (base + 8).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    private var staging: UnsafeMutableRawPointer { base + Self.headerSize }

    // MARK: The worker

    /// Notes that the worker begins with the tasks of a frame from number `first` on, and has no results of them.
    package func begin(_ sequence: FrameSequence, first: Int) {
        copied = 0
        word.pointee.store(0, ordering: .releasing)
        (base + 16).storeBytes(of: sequence.number, as: UInt32.self)
        (base + 20).storeBytes(of: UInt32(first), as: UInt32.self)
        phase.pointee.store(Phase.tasks.rawValue, ordering: .releasing)
    }

    /// Notes that the results of `count` tasks are complete. The worker need not have sent them.
    @inline(__always)
    package func commit(_ count: Int, in reply: FrameBuffer) {
        let bytes = reply.count - ResultFrame.headerSize
        guard bytes <= Self.stagingSize, reply.outOfBand.isEmpty else { return }
        (staging + copied).copyMemory(
            from: reply.base + ResultFrame.headerSize + copied,
            byteCount: bytes - copied
        )
        copied = bytes
        word.pointee.store(UInt64(count) << 32 | UInt64(bytes), ordering: .releasing)
    }

    /// Notes that the worker runs the initializer of an executor.
    package func beginInitializer(_ executor: ExecutorID) {
        (base + 24).storeBytes(of: executor.number, as: UInt32.self)
        phase.pointee.store(Phase.initializer.rawValue, ordering: .releasing)
    }

    /// Notes that no user code runs.
    package func end() { phase.pointee.store(Phase.idle.rawValue, ordering: .releasing) }

    // MARK: The master

    /// The task that the worker runs; nil if it runs none. It is out of date at once unless the worker has stopped.
    package var position: (frame: FrameSequence, index: Int)? {
        guard phase.pointee.load(ordering: .acquiring) == Phase.tasks.rawValue else { return nil }
        let count = Int(word.pointee.load(ordering: .acquiring) >> 32)
        let first = Int((base + 20).load(as: UInt32.self))
        return (FrameSequence((base + 16).load(as: UInt32.self)), first + count)
    }

    // MARK: The master, when the worker is dead

    /// What a dead worker was doing.
    enum Last {
        case idle
        case initializer(ExecutorID)
        /// The worker ran task `first + results.count` of the frame, unless that is beyond the frame's end.
        case tasks(FrameSequence, first: Int, results: Results)
    }

    /// Records of results in the dead worker's memory.
    struct Results {
        let count: Int
        let bytes: UnsafeRawBufferPointer

        static var none: Results { Results(count: 0, bytes: UnsafeRawBufferPointer(start: nil, count: 0)) }
    }

    var last: Last {
        switch Phase(rawValue: phase.pointee.load(ordering: .acquiring)) {
        case .tasks:
            let state = word.pointee.load(ordering: .acquiring)
            let count = Int(state >> 32)
            // A worker that crashes may have written anything here. The readers of the records check the rest.
            let byteCount = min(Int(state & 0xffff_ffff), Self.stagingSize)
            return .tasks(
                FrameSequence((base + 16).load(as: UInt32.self)),
                first: Int((base + 20).load(as: UInt32.self)),
                results: Results(count: count, bytes: UnsafeRawBufferPointer(start: staging, count: byteCount))
            )
        case .initializer: return .initializer(ExecutorID((base + 24).load(as: UInt32.self)))
        case .idle, nil: return .idle
        }
    }
}
