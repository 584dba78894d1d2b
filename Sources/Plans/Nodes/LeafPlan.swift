/// The plan of a type whose own conformance runs for every value: CBOR, behind the number of its bytes.
final class LeafPlan<Value: Codable>: Plan, @unchecked Sendable {
    init() { super.init(Value.self) }

    override var leastBytes: Int { 2 }
    override var isLeaf: Bool { true }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        try writer.appendCBOR(place.assumingMemoryBound(to: Value.self).pointee)
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        place.initializeMemory(as: Value.self, to: try reader.cbor(Value.self))
    }
}
