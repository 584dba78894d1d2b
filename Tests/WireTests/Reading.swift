import Identities
import Wire

/// Reads a frame to its last byte, as its receiver does; returns what is in it.
enum Reading {
    static func master(_ buffer: FrameBuffer) throws(WireError) -> [Frames.Record] {
        switch try MasterFrame(parsing: buffer) {
        case .open(let open):
            guard let range = open.initializer else { return [] }
            var reader = FrameReader(UnsafeRawBufferPointer(rebasing: buffer.bytes[range]))
            return [Frames.Record(try reader.taskRecord())]
        case .tasks(let tasks):
            var reader = FrameReader(buffer.bytes, at: tasks.records)
            var records: [Frames.Record] = []
            for _ in 0..<tasks.count { records.append(Frames.Record(try reader.taskRecord())) }
            return records
        case .share(let share): return [Frames.Record(callable: 0, arguments: share.bytes.map { Array($0) } ?? [])]
        case .close, .unshare, .goodbye: return []
        }
    }

    static func worker(_ buffer: FrameBuffer) throws(WireError) -> [(status: ResultStatus, bytes: [UInt8])] {
        guard case .results(let results) = try WorkerFrame(parsing: buffer) else { return [] }
        var reader = FrameReader(buffer.bytes, at: results.records)
        var records: [(ResultStatus, [UInt8])] = []
        for _ in 0..<results.count {
            let record = try reader.resultRecord()
            records.append((record.status, Array(record.bytes)))
        }
        return records
    }
}

extension Frames.Record {
    init(_ record: TaskRecord) {
        self.init(callable: record.callable, arguments: Array(record.arguments))
    }
}
