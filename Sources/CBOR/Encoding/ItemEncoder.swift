/// The encoder that is passed to a value's `encode(to:)`.
struct ItemEncoder: Encoder {
    let state: EncodingState
    let id: EncodingFrameID

    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        state.keyedContainer(type, open(.map))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedContainerEncoder(state: state, id: open(.array))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleValueContainerEncoder(state: state, id: open(.single))
    }

    private func open(_ kind: EncodingFrame.Kind) -> EncodingFrameID {
        state.failingLater {
            try state.open(id, as: kind)
            return id
        }
    }
}
