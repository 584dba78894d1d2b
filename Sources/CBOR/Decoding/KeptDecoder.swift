/// The part of a keyed container that does not depend on the type of its keys. See `KeptEncoder`.
class KeptDecoder: KeptContainer {
    // Not counted, so that a read counts no references: see `outlive`.
    private let uncounted: Unmanaged<DecodingState>
    /// The state, if the container may outlive the decoding.
    @exclusivity(unchecked) private var owner: DecodingState?
    /// The frame that the container reads. It changes only while nobody else has the container.
    @exclusivity(unchecked) final var id: DecodingFrameID

    init(state: DecodingState, id: DecodingFrameID) {
        uncounted = .passUnretained(state)
        self.id = id
    }

    final var state: DecodingState { uncounted.takeUnretainedValue() }

    @inline(__always)
    final func withState<Result>(_ body: (DecodingState) throws -> Result) rethrows -> Result {
        try uncounted._withUnsafeGuaranteedRef { try body($0) }
    }

    final func outlive() { owner = state }
}

extension DecodingState {
    /// Returns a container of the entries of a map.
    @inline(__always)
    func keyedContainer<Key: CodingKey>(_ type: Key.Type, _ id: DecodingFrameID) -> KeyedDecodingContainer<Key> {
        if let (kept, decoder) = containers.take(ObjectIdentifier(type)) {
            decoder._withUnsafeGuaranteedRef { $0.id = id }
            return kept._withUnsafeGuaranteedRef {
                unsafeDowncast($0, to: Kept<KeyedDecodingContainer<Key>>.self).get()
            }
        }
        return makeKeyedContainer(type, id)
    }

    // Not inlined: the types that it needs would be looked up for each value.
    @inline(never)
    private func makeKeyedContainer<Key: CodingKey>(
        _ type: Key.Type,
        _ id: DecodingFrameID
    ) -> KeyedDecodingContainer<Key> {
        let decoder = KeyedContainerDecoder<Key>(state: self, id: id)
        let container = KeyedDecodingContainer(decoder)
        containers.keep(container, of: decoder, ObjectIdentifier(type))
        return container
    }
}
