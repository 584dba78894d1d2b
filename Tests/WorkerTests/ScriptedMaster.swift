import Identities
import Support
import Testing
import Transport
import Waiting
import Wire

/// A worker's transport whose master is a script: all on the test's thread, so that nothing depends on time.
final class ScriptedMaster: WorkerTransport {
    /// The script is at its end, and the worker waits for more.
    struct Exhausted: Error {}

    /// What comes, in its order; nil is a look that finds nothing.
    var incoming: [FrameBuffer?] = []
    /// Hears of each frame that the worker sends.
    var whenSent: (FrameBuffer) -> Void = { _ in }
    /// How many looks a frame that is sent takes to go out.
    var looksToSend = 0
    private(set) var sent: [FrameBuffer] = []
    private(set) var isShutDown = false
    /// Whether something was still on its way out at the end.
    private(set) var wasSendingAtEnd = false

    /// How many looks a frame takes to come in, after the look that begins to receive it.
    var looksToReceive = 0
    private var comingIn: (frame: FrameBuffer, looks: Int)?
    /// Whether a sleep lasts until a ring, and nobody rings.
    var sleepsForEver = false

    private var looksLeft = 0
    private var idleLooks = 0
    private let bell = LocalDoorbell()

    var doorbell: Doorbell { bell.bell }
    var isSending: Bool { looksLeft > 0 }
    var traffic: Backoff.Traffic { comingIn == nil ? .none : .incoming }
    let movesArrays = true

    /// No steps but short sleeps: a worker looks once more before each.
    var waiting: Backoff.Limits {
        var limits = Backoff.Limits()
        (limits.spins, limits.yields) = (0, 0)
        limits.shortestSleep = sleepsForEver ? .max / 4 : 1
        limits.longestSleep = limits.shortestSleep
        return limits
    }

    func send(_ frame: FrameBuffer) {
        sent.append(frame)
        looksLeft = looksToSend
        idleLooks = 0
        whenSent(frame)
    }

    func poll() throws -> FrameBuffer? {
        looksLeft = max(0, looksLeft - 1)
        idleLooks += 1
        guard idleLooks < 1000 else { throw Exhausted() }
        if let (frame, looks) = comingIn {
            comingIn = looks > 1 ? (frame, looks - 1) : nil
            return looks > 1 ? nil : frame
        }
        guard let frame = incoming.isEmpty ? nil : incoming.removeFirst() else { return nil }
        if looksToReceive > 0 { comingIn = (frame, looksToReceive) }
        return looksToReceive > 0 ? nil : frame
    }

    func shutDown() {
        isShutDown = true
        wasSendingAtEnd = isSending
    }
}

extension ScriptedMaster {
    /// A piece of an answer.
    struct Piece {
        let sequence: FrameSequence
        let first: Int
        let results: [(status: ResultStatus, bytes: [UInt8])]
        /// How many out-of-band arrays the frame has.
        let arrays: Int
    }

    /// The answers that the worker has sent.
    func pieces() throws -> [Piece] {
        try sent.compactMap { frame in
            guard case .results(let results) = try WorkerFrame(parsing: frame) else { return nil }
            var reader = FrameReader(frame.bytes, at: results.records)
            let records = try (0..<results.count).map { _ in
                let record = try reader.resultRecord()
                return (status: record.status, bytes: Array(record.bytes))
            }
            try #require(reader.isAtEnd)
            return Piece(
                sequence: results.sequence,
                first: results.first,
                results: records,
                arrays: frame.outOfBand.count
            )
        }
    }

    /// What the worker has reported of initializers.
    func reports() throws -> [[UInt8]?] {
        try sent.compactMap { frame -> [UInt8]?? in
            guard case .opened(_, let failure) = try WorkerFrame(parsing: frame) else { return nil }
            return .some(failure.map { Array(frame.bytes[$0]) })
        }
    }

    /// Sends a goodbye when so many tasks have been answered: it would have the worker leave the others undone.
    func leave(after count: Int) {
        var left = count
        whenSent = { [unowned self] frame in
            guard case .results(let results)? = try? WorkerFrame(parsing: frame) else { return }
            left -= results.count
            if left == 0 { incoming.append(MasterFrame.goodbyeFrame()) }
        }
    }
}

/// Frames of tasks as a master writes them.
enum Tasks {
    static let all = [
        CallableDefinition(name: "echo", encoding: .cbor), CallableDefinition(name: "fails", encoding: .cbor),
    ]

    /// - Parameters:
    ///   - callables: The number of each task's callable; the argument is the task's place.
    ///   - definitions: How many callables the frame defines.
    static func frame(
        _ callables: [CallableID],
        definitions: Int = all.count,
        executor: ExecutorID = 1,
        sequence: FrameSequence = 1,
        takesArrays: Bool = false
    ) -> FrameBuffer {
        let frame = TaskFrame.begin(
            executor: executor,
            sequence: sequence,
            definitions: 0..<definitions,
            of: all,
            takesArrays: takesArrays,
            capacity: 0
        )
        for (place, callable) in callables.enumerated() {
            withUnsafeBytes(of: UInt8(place)) { frame.append(callable: callable, arguments: $0) }
        }
        TaskFrame.setCount(callables.count, in: frame)
        return frame
    }

    /// The beginning of an executor, with an initializer if a callable's number is given.
    static func open(_ executor: ExecutorID, globals: [String: [UInt8]] = [:], initializer: CallableID? = nil)
        -> FrameBuffer
    {
        let record = initializer.map { callable in
            let record = FrameBuffer(capacity: 0)
            record.append(callable: callable, arguments: UnsafeRawBufferPointer(start: nil, count: 0))
            return record
        }
        return OpenFrame.write(
            executor: executor,
            definitions: 0..<all.count,
            of: all,
            globals: globals,
            initializer: record?.bytes
        )
    }
}
