/// Writes one value instead of a container.
struct SingleValueContainerEncoder: SingleValueEncodingContainer {
    let state: EncodingState
    let id: EncodingFrameID

    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }

    @inline(__always)
    private func write(_ value: some Scalar) throws {
        try state.beginSingle(id)
        value.write(to: &state.output)
    }

    func encodeNil() throws {
        try state.beginSingle(id)
        state.output.writeByte(SimpleByte.null)
    }

    func encode<T: Encodable>(_ value: T) throws {
        try state.resume(id)
        let mark = state.mark
        try state.beginSingle(id)
        try state.encode(value, key: nil, mark: mark)
        state.tagNil(since: mark, of: id)
    }
}

// `Codable` has a function for each scalar type.
extension SingleValueContainerEncoder {
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
