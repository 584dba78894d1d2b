package import Wire

/// The outcome of a future, or of one element of a map.
package enum Outcome: Sendable {
    /// A result as it arrived. It has not been decoded yet.
    case payload(Payload)
    /// A value that was made in this process, or that has been decoded.
    case value(any Sendable)
    case failure(any Error)
    case cancelled
}

/// The bytes of one result, within the frame that brought it.
package struct Payload: Sendable {
    package let buffer: FrameBuffer
    package let offset: Int

    /// - Parameter offset: The offset of the result's record. The record must have been checked.
    package init(buffer: FrameBuffer, offset: Int) {
        self.buffer = buffer
        self.offset = offset
    }

    /// Returns the result's status and bytes. The bytes live as long as the buffer.
    package func read() throws(WireError) -> (status: ResultStatus, bytes: UnsafeRawBufferPointer) {
        var reader = FrameReader(buffer.bytes, at: offset)
        return try reader.resultRecord()
    }

    /// Copies the bytes of a trivial value of `size` bytes to `place`. Returns false if the result is something else.
    package func copyTrivial(to place: UnsafeMutableRawPointer, _ size: Int) -> Bool {
        buffer.copyTrivialResult(at: offset, to: place, size)
    }
}

/// The reason why a pool has no value for a task. The public errors are made from these.
package enum PoolFailure: Error, Sendable {
    /// The executor had been shut down.
    case shutDown
    /// The executor lets no further task begin.
    case drained
    /// The executor cannot run tasks. The cause is an error of the transport, or a `BreakCause`.
    case broken(any Error)

    /// The failure of an executor in a process that was forked from the one that made the executor.
    static let forked = PoolFailure.broken(BreakCause.forked)
}

/// The causes for which a pool itself breaks executors.
package enum BreakCause: Error, CustomStringConvertible {
    case workersDismissed
    case programEnded
    /// An initializer failed. The text is that of the failure, as the call's language gives it.
    case initializerFailed(String)
    /// The workers were lost, and other ones could not be started.
    case restartFailed(loss: any Error, restart: any Error)
    /// The last workers were lost.
    case workersLost(HostOutage)
    /// This process was forked from the one that made the executor.
    case forked

    package var description: String {
        switch self {
        case .workersDismissed: "the workers have been let go"
        case .programEnded: "the program has ended"
        case .initializerFailed(let text): text
        case .restartFailed(let loss, let restart): "\(loss); and no other workers: \(restart)"
        case .workersLost(let outage): outage.description
        case .forked:
            "this process was forked from the one that made the executor; use the executor there, or make one here"
        }
    }
}

extension Payload {
    /// Whether the call failed on its worker.
    package var isFailure: Bool { (try? read().status)?.isFailure ?? false }
}
