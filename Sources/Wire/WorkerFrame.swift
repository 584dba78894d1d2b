package import Identities

/// A frame from a worker to its master.
package enum WorkerFrame: Sendable {
    /// The worker serves. This is the first frame of each worker.
    case ready(WorkerIdentity)
    /// The answer to `open`. `failure` is nil if the initializer succeeded; otherwise it is the place of a
    /// `TaskFailure` in CBOR.
    case opened(executor: ExecutorID, failure: Range<Int>?)
    /// Results of tasks.
    case results(ResultFrame)
    /// The last frame of a worker.
    case goodbye
    /// What the call that runs has written, before its result: whole lines of a standard stream.
    case output(StandardStream, Range<Int>)
}

/// A standard stream, by the number of its descriptor.
package enum StandardStream: UInt32, Sendable {
    case output = 1
    case errors = 2
}

package enum WorkerFrameKind: UInt8 {
    case ready = 129
    case opened = 130
    case results = 131
    case goodbye = 132
    case output = 133
}

/// The identity of a worker, for messages and for reports of errors.
package struct WorkerIdentity: Hashable, Sendable {
    package var rank: Rank
    package var worldSize: Int
    package var host: String
    package var processID: Int32

    package init(rank: Rank, worldSize: Int, host: String, processID: Int32) {
        self.rank = rank
        self.worldSize = worldSize
        self.host = host
        self.processID = processID
    }

    /// Makes the identity of a worker of a job in which the master is rank 0.
    package init(_ worker: WorkerID, of workerCount: Int, host: String, processID: Int32) {
        self.init(rank: Rank(of: worker), worldSize: workerCount + 1, host: host, processID: processID)
    }
}

/// The frame `results`: kind, 3 zero bytes, sequence (u32), first (u32), count (u32), nanoseconds (u64), then `count`
/// records. Each record is the status (u8), the length (varint), and that many bytes.
///
/// The results belong to the tasks `first..<first + count` of the frame `sequence`. A worker answers a frame in one
/// piece or in several, in order.
package struct ResultFrame: Sendable {
    package let sequence: FrameSequence
    package let first: Int
    package let count: Int
    /// The time that the worker spent on these tasks, in nanoseconds.
    package let nanoseconds: UInt64
    /// The offset of the first record.
    package let records: Int

    package static let headerSize = 24

    package static func begin(sequence: FrameSequence, first: Int, capacity: Int) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: capacity)
        buffer.append(header: WorkerFrameKind.results.rawValue, sequence.number)
        buffer.append(UInt32(first))
        buffer.append(UInt32(0))
        buffer.append(UInt64(0))
        return buffer
    }

    package static func finish(_ buffer: FrameBuffer, count: Int, nanoseconds: UInt64) {
        buffer.store(UInt32(count), at: 12)
        buffer.store(nanoseconds, at: 16)
    }
}

extension WorkerFrame {
    package init(parsing buffer: FrameBuffer) throws(WireError) {
        var reader = FrameReader(buffer.bytes)
        let (kind, number) = try reader.header(WorkerFrameKind.self, from: "a worker")
        switch kind {
        case .ready:
            let size = try reader.number(UInt32.self)
            let processID = try reader.number(Int32.self)
            self = .ready(
                WorkerIdentity(
                    rank: Rank(Int(number)),
                    worldSize: Int(size),
                    host: try reader.text(),
                    processID: processID
                )
            )
        case .opened:
            self = .opened(executor: ExecutorID(number), failure: reader.isAtEnd ? nil : reader.offset..<buffer.count)
        case .results:
            let first = Int(try reader.number(UInt32.self))
            let count = Int(try reader.number(UInt32.self))
            let nanoseconds = try reader.number(UInt64.self)
            guard count <= reader.remaining / 2 else {
                throw WireError("the frame is too short for its results", offset: 12)
            }
            self = .results(
                ResultFrame(
                    sequence: FrameSequence(number),
                    first: first,
                    count: count,
                    nanoseconds: nanoseconds,
                    records: reader.offset
                )
            )
        case .goodbye:
            self = .goodbye
        case .output:
            guard let stream = StandardStream(rawValue: number) else {
                throw WireError("output of an unknown stream", offset: 4)
            }
            self = .output(stream, reader.offset..<buffer.count)
        }
    }

    package static func readyFrame(_ identity: WorkerIdentity) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: 64)
        buffer.append(header: WorkerFrameKind.ready.rawValue, UInt32(identity.rank.number))
        buffer.append(UInt32(identity.worldSize))
        buffer.append(identity.processID)
        buffer.append(text: identity.host)
        return buffer
    }

    package static func openedFrame(executor: ExecutorID, failure: [UInt8]?) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: 8 + (failure?.count ?? 0))
        buffer.append(header: WorkerFrameKind.opened.rawValue, executor.number)
        failure?.withUnsafeBytes { buffer.append($0) }
        return buffer
    }

    package static func outputFrame(_ stream: StandardStream, _ lines: UnsafeRawBufferPointer) -> FrameBuffer {
        let buffer = FrameBuffer(capacity: 8 + lines.count)
        buffer.append(header: WorkerFrameKind.output.rawValue, stream.rawValue)
        buffer.append(lines)
        return buffer
    }

    package static func goodbyeFrame() -> FrameBuffer {
        FrameBuffer(header: WorkerFrameKind.goodbye.rawValue)
    }
}

extension FrameReader {
    /// Reads one result: status (u8), length (varint), and that many bytes.
    package mutating func resultRecord() throws(WireError) -> (status: ResultStatus, bytes: UnsafeRawBufferPointer) {
        // The fast path for small results, which most results are.
        if let (head, bytes) = shortRecord(below: ResultStatus.firstFailure), let status = ResultStatus(rawValue: head)
        {
            return (status, bytes)
        }
        let start = offset
        guard let status = ResultStatus(rawValue: try byte()) else {
            throw WireError("an unknown result status", offset: start)
        }
        return (status, try block())
    }

    /// Skips the next results.
    package mutating func skipResultRecords(_ count: Int) throws(WireError) {
        for _ in 0..<count where shortRecord(below: ResultStatus.firstFailure) == nil { _ = try resultRecord() }
    }

    /// Skips the next results and stores the offset of each.
    ///
    /// - Returns: The results that are failures, or count as failures. Values are skipped without a look at this list.
    package mutating func resultRecords(
        _ count: Int,
        startingAt offsets: UnsafeMutablePointer<UInt32>
    ) throws(WireError) -> [FailedResult] {
        var failures: [FailedResult] = []
        for position in 0..<count {
            guard let offset = UInt32(exactly: offset) else {
                throw WireError("a record begins beyond 4 GiB", offset: offset)
            }
            (offsets + position).initialize(to: offset)
            if shortRecord(below: ResultStatus.firstFailure) == nil {
                let status = try resultRecord().status
                if status.rawValue >= ResultStatus.firstFailure {
                    failures.append(FailedResult(position: position, status: status))
                }
            }
        }
        return failures
    }
}
