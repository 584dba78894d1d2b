internal import Wire

/// An event of a run, as it waits for the trace's thread.
package struct TraceEvent: BitwiseCopyable, Sendable {
    package enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// A worker serves. The text is its name.
        case worker
        /// A callable has a number. The text is its name.
        case callable
        /// A worker was sent calls.
        case sent
        /// A worker has made calls. The bytes are the arguments of the last one, if they are of interest.
        case made
        /// A call has failed. The text is what the error says, the bytes are the arguments.
        case failed
        /// A worker has lost the calls that it was sent.
        case lost
        /// A pool has no calls any more.
        case idle
        /// Something about the run: a name, and pairs of a key and a value, each followed by a NUL.
        case note
    }

    package var kind: Kind
    /// Whether `nanoseconds` is this callable's share of the time of several callables.
    package var isShare = false
    /// Whether the last of the calls has failed.
    package var lastHasFailed = false
    /// Whether no further calls of the frame are to be answered.
    package var endsFrame = false
    /// Whether the bytes are CBOR.
    package var isCBOR = false
    package var pool: UInt32 = 0
    package var worker: UInt32 = 0
    package var callable: UInt32 = 0
    package var calls: UInt32 = 0
    /// How many of the calls have failed.
    package var failed: UInt32 = 0
    /// How many tries of the call have failed before.
    package var earlierTries: UInt32 = 0
    /// When the event happened on the master, by its monotonic clock.
    package var time: UInt64 = 0
    /// How long the worker took for the calls.
    package var nanoseconds: UInt64 = 0
    /// How long the first of the calls was queued.
    package var queueTime: UInt64 = 0
    package var argumentBytes: UInt64 = 0
    package var resultBytes: UInt64 = 0
    /// The number of calls that are queued now.
    package var queued: UInt64 = 0

    package init(_ kind: Kind) { self.kind = kind }
}

extension FrameBuffer {
    /// Appends an event, a text and bytes.
    func append(_ event: TraceEvent, _ text: String, _ bytes: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: event) { append($0) }
        append(text: text)
        append(block: bytes)
    }
}

extension FrameReader {
    /// Reads an event that this process has written.
    mutating func traceEvent() throws(WireError) -> (
        event: TraceEvent, text: UnsafeRawBufferPointer, bytes: UnsafeRawBufferPointer
    ) {
        let event = try take(MemoryLayout<TraceEvent>.size).loadUnaligned(as: TraceEvent.self)
        return (event, try block(), try block())
    }
}
