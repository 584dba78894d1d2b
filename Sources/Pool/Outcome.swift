package import Wire

/// How a future ended, or one element of a map.
package enum Outcome: Sendable {
    /// A result as it arrived, still to be decoded.
    case payload(Payload)
    /// A value that was made in this process, or has been decoded.
    case value(any Sendable)
    case failure(any Error)
    case cancelled
}

/// The bytes of one result, within the frame that brought it.
package struct Payload: Sendable {
    package let buffer: FrameBuffer
    package let offset: Int

    /// - Parameter offset: where the result's record begins; the record has been checked.
    package init(buffer: FrameBuffer, offset: Int) {
        self.buffer = buffer
        self.offset = offset
    }

    /// The result's status and bytes; these live as long as the buffer.
    package func read() throws(WireError) -> (status: ResultStatus, bytes: UnsafeRawBufferPointer) {
        var reader = FrameReader(buffer.bytes, at: offset)
        return try reader.resultRecord()
    }

    /// Copies the bytes of a trivial value of `size` bytes; false if the result is something else.
    package func copyTrivial(to place: UnsafeMutableRawPointer, _ size: Int) -> Bool {
        buffer.copyTrivialResult(at: offset, to: place, size)
    }
}

/// Why a pool cannot give a task's value. The public errors are made from these.
package enum PoolFailure: Error, Sendable {
    /// The executor was shut down before.
    case shutDown
    /// The executor cannot run tasks; the text says why.
    case broken(String)

    /// A process uses the executor that was forked from the one that made it.
    static let forked = PoolFailure.broken(
        "this process was forked from the one that made the executor; use the executor there, or make one here"
    )
}

extension Payload {
    /// Whether the call failed on its worker.
    package var isFailure: Bool { (try? read().status) == .failure }
}
