/// How long a call may take before the master ends its worker, and how much memory its worker may have.
package struct CallLimit: Hashable, Sendable {
    /// The time from the start of the call on, in nanoseconds; 0 for no limit.
    package let time: UInt64
    /// The time between SIGTERM and SIGKILL, in nanoseconds. With 0 the worker gets SIGKILL alone.
    package let grace: UInt64
    /// The most data that the worker process may have while the call runs, in bytes; 0 for no limit.
    package let memory: UInt64

    package init(time: UInt64, grace: UInt64 = 0, memory: UInt64 = 0) {
        self.time = time
        self.grace = time == 0 ? 0 : grace
        self.memory = memory
    }

    package static let none = CallLimit(time: 0)

    package var isNone: Bool { time == 0 && memory == 0 }
}

extension FrameBuffer {
    func append(_ limit: CallLimit) {
        append(varint: limit.time)
        append(varint: limit.grace)
        append(varint: limit.memory)
    }
}

extension FrameReader {
    mutating func callLimit() throws(WireError) -> CallLimit {
        let (time, grace) = (try varint(), try varint())
        return CallLimit(time: time, grace: grace, memory: try varint())
    }
}
