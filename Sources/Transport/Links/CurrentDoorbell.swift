internal import Waiting

/// The doorbell at which a loop sleeps, which may change, for threads that ring it.
final class CurrentDoorbell: Sendable {
    private struct Place: @unchecked Sendable {
        let doorbell: Doorbell
        /// The owner of the doorbell's memory.
        let owner: AnyObject
    }

    private let place: Locked<Place>

    init(_ doorbell: Doorbell, owner: AnyObject) { place = Locked(Place(doorbell: doorbell, owner: owner)) }

    var doorbell: Doorbell { place.withLock { $0.doorbell } }

    func ring() { doorbell.ring() }

    func change(to doorbell: Doorbell, owner: AnyObject) {
        place.withLock { $0 = Place(doorbell: doorbell, owner: owner) }
    }
}
