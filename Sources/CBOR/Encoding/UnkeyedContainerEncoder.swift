/// Writes the elements of an array.
struct UnkeyedContainerEncoder: UnkeyedEncodingContainer {
    let state: EncodingState
    let id: EncodingFrameID

    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }
    var count: Int { state[frame: id.index]?.count ?? 0 }

    @inline(__always)
    private func write(_ value: some Scalar) throws {
        try state.begin(id)
        value.write(to: &state.output)
    }

    func encodeNil() throws {
        try state.begin(id)
        state.output.writeByte(SimpleByte.null)
    }

    func encode<T: Encodable>(_ value: T) throws {
        try state.resume(id)
        let mark = state.mark
        try state.begin(id)
        try state.encode(value, key: nil, mark: mark)
    }

    func nestedContainer<Nested>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        state.keyedContainer(type, nested(.map))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedContainerEncoder(state: state, id: nested(.array))
    }

    func superEncoder() -> any Encoder {
        ItemEncoder(state: state, id: nested(.undecided))
    }

    private func nested(_ kind: EncodingFrame.Kind) -> EncodingFrameID {
        state.failingLater {
            try state.begin(id)
            return try state.openNested(kind, key: nil)
        }
    }
}

// `Codable` has a function for each scalar type.
extension UnkeyedContainerEncoder {
    func encode(_ value: Bool) throws { try write(value) }
    func encode(_ value: String) throws { try write(value) }
    func encode(_ value: Double) throws { try write(value) }
    func encode(_ value: Float) throws { try write(value) }
    func encode(_ value: Int) throws { try write(value) }
    func encode(_ value: Int8) throws { try write(value) }
    func encode(_ value: Int16) throws { try write(value) }
    func encode(_ value: Int32) throws { try write(value) }
    func encode(_ value: Int64) throws { try write(value) }
    func encode(_ value: UInt) throws { try write(value) }
    func encode(_ value: UInt8) throws { try write(value) }
    func encode(_ value: UInt16) throws { try write(value) }
    func encode(_ value: UInt32) throws { try write(value) }
    func encode(_ value: UInt64) throws { try write(value) }
    func encode(_ value: Int128) throws { try write(value) }
    func encode(_ value: UInt128) throws { try write(value) }
}
