/// The plan of Foundation's `Data`: the number of its bytes, and the bytes.
final class BytesPlan<Bytes: RangeReplaceableCollection<UInt8>>: Plan, @unchecked Sendable {
    init() { super.init(Bytes.self) }

    override var leastBytes: Int { 1 }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        let value = place.assumingMemoryBound(to: Bytes.self).pointee
        let isWritten: Void? = value.withContiguousStorageIfAvailable { bytes in
            writer.append(count: bytes.count)
            if let base = bytes.baseAddress { writer.append(UnsafeRawPointer(base), bytes.count) }
        }
        guard isWritten == nil else { return }
        writer.append(count: value.count)
        for byte in value { writer.append(byte) }
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        let count = try reader.count()
        let source = try reader.take(count)
        place.initializeMemory(as: Bytes.self, to: Bytes(UnsafeRawBufferPointer(start: source, count: count)))
    }
}
