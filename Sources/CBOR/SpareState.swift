internal import Synchronization

/// A place for the state of an encoding or a decoding that has ended, for the next one.
///
/// To make a state, and the containers that it keeps, costs as much as to encode a small struct.
struct SpareState<State: AnyObject>: ~Copyable, Sendable {
    /// The address of the state; 0 if there is none.
    private let place = Atomic<UInt>(0)

    /// Takes the state out of its place, if there is one.
    @inline(__always)
    func take() -> State? {
        // Most exchanges would be for nothing where states are nested.
        if place.load(ordering: .relaxed) == 0 { return nil }
        return Self.reference(place.exchange(0, ordering: .acquiring))?.takeRetainedValue()
    }

    /// Keeps a state that nobody else has. Another one that is kept is released.
    @inline(__always)
    func keep(_ state: consuming State) {
        let address = UInt(bitPattern: Unmanaged.passRetained(state).toOpaque())
        Self.reference(place.exchange(address, ordering: .acquiringAndReleasing))?.release()
    }

    private static func reference(_ address: UInt) -> Unmanaged<State>? {
        UnsafeRawPointer(bitPattern: address).map { .fromOpaque($0) }
    }
}
