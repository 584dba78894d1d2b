import Identities
import Wire

/// Result frames as workers write them.
enum Replies {
    /// - Returns: the frame, and where each record begins.
    static func make(
        _ values: [[UInt8]],
        sequence: FrameSequence = 1,
        first: Int = 0,
        nanoseconds: UInt64 = 1000
    ) -> (frame: FrameBuffer, offsets: [UInt32]) {
        let buffer = ResultFrame.begin(sequence: sequence, first: first, capacity: 0)
        var offsets: [UInt32] = []
        for value in values {
            offsets.append(UInt32(buffer.count))
            buffer.append(byte: ResultStatus.trivialValue.rawValue)
            value.withUnsafeBytes { buffer.append(block: $0) }
        }
        ResultFrame.finish(buffer, count: values.count, nanoseconds: nanoseconds)
        return (buffer, offsets)
    }

    static func identity(_ worker: WorkerID) -> WorkerIdentity {
        WorkerIdentity(rank: Rank(of: worker), worldSize: 10, host: "here", processID: 1)
    }
}
