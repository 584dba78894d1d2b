/// The decoder that is passed to a value's `init(from:)`.
struct ItemDecoder: Decoder {
    let state: DecodingState
    let id: DecodingFrameID

    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try state.open(id, as: .map)
        return state.keyedContainer(type, id)
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try state.unkeyedContainer(id)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleValueContainerDecoder(state: state, id: id)
    }
}

extension DecodingState {
    /// Returns the container of the elements of the array of a frame, which may be a typed array.
    func unkeyedContainer(_ id: DecodingFrameID) throws -> any UnkeyedDecodingContainer {
        try check(id)
        let start = frames[id.index].start
        if let numbers = try locating(id.index, { () throws(CBORError) in try reader.typedArray(at: start) }) {
            return TypedArrayDecoder(state: self, id: id, numbers: numbers)
        }
        try open(id, as: .array)
        return UnkeyedContainerDecoder(state: self, id: id, offset: frames[id.index].cursor)
    }
}
