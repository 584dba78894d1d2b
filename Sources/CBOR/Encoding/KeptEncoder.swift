/// The part of a keyed container that does not depend on the type of its keys.
///
/// A container is an object of a generic class in a box of another one. To make both costs two allocations and the
/// look-ups of their types, as much as to write a small struct. So a state keeps its containers, and hands each out
/// again once the user's code has let go of it.
class KeptEncoder: KeptContainer {
    // Not counted, so that a write counts no references: see `outlive`.
    private let uncounted: Unmanaged<EncodingState>
    /// The state, if the container may outlive the encoding.
    @exclusivity(unchecked) private var owner: EncodingState?
    /// The frame that the container writes. It changes only while nobody else has the container.
    @exclusivity(unchecked) final var id: EncodingFrameID

    init(state: EncodingState, id: EncodingFrameID) {
        uncounted = .passUnretained(state)
        self.id = id
    }

    final var state: EncodingState { uncounted.takeUnretainedValue() }

    @inline(__always)
    final func withState<Result>(_ body: (EncodingState) throws -> Result) rethrows -> Result {
        try uncounted._withUnsafeGuaranteedRef { try body($0) }
    }

    final func outlive() { owner = state }
}

extension EncodingState {
    /// Returns a container for the entries of a map.
    @inline(__always)
    func keyedContainer<Key: CodingKey>(_ type: Key.Type, _ id: EncodingFrameID) -> KeyedEncodingContainer<Key> {
        if let (kept, encoder) = containers.take(ObjectIdentifier(type)) {
            encoder._withUnsafeGuaranteedRef { $0.id = id }
            return kept._withUnsafeGuaranteedRef {
                unsafeDowncast($0, to: Kept<KeyedEncodingContainer<Key>>.self).get()
            }
        }
        return makeKeyedContainer(type, id)
    }

    // Not inlined: the types that it needs would be looked up for each value.
    @inline(never)
    private func makeKeyedContainer<Key: CodingKey>(
        _ type: Key.Type,
        _ id: EncodingFrameID
    ) -> KeyedEncodingContainer<Key> {
        let encoder = KeyedContainerEncoder<Key>(state: self, id: id)
        let container = KeyedEncodingContainer(encoder)
        containers.keep(container, of: encoder, ObjectIdentifier(type))
        return container
    }
}
