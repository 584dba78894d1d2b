import Identities
internal import Wire

/// Brings large shared values to each other host once, from the master's point of view.
///
/// The first worker of a host that gets a value is its *keeper*: its owner puts the bytes into a file in memory, and
/// offers the file to the host. The master passes the offer on to the owners of the host's other workers. An owner that
/// cannot open the file gets the bytes. Owners hold back later frames until they have the value, so the order of all
/// frames is kept.
///
/// This is pure: frames and messages go in, and messages to workers come out.
struct HostShares {
    /// A message that the caller sends.
    struct Message {
        let worker: WorkerID
        let frame: FrameBuffer
    }

    /// A value on one host.
    private struct Copy {
        let keeper: WorkerID
        /// The offer of the keeper; nil before it, and if the keeper has no file.
        var offer: SharedFileOffer?
        /// Whether the keeper has answered.
        var isSettled = false
        /// Workers that do not have the value yet, and the frame with its bytes.
        var waiting: [WorkerID: FrameBuffer] = [:]
    }

    private struct Place: Hashable {
        let value: SharedValueID
        let host: String
    }

    /// The hosts of workers that have reported.
    private var hosts: [WorkerID: String] = [:]
    private var copies: [Place: Copy] = [:]
    private var released: Set<SharedValueID> = []
    private var left: Set<WorkerID> = []

    /// Whether workers wait for values. It is stored, since the dispatcher asks at each of its turns.
    private(set) var isBusy = false

    private mutating func update() { isBusy = copies.values.contains { !$0.isSettled || !$0.waiting.isEmpty } }

    /// Takes note of a worker's first frame.
    mutating func join(_ worker: WorkerID, host: String) { hosts[worker] = host }

    /// Returns what is sent in the place of a frame for a worker on another host; nil if the frame is sent as it is.
    mutating func send(_ frame: FrameBuffer, to worker: WorkerID) -> [Message]? {
        switch frame.bytes.first {
        case MasterFrameKind.share.rawValue:
            defer { update() }
            return share(frame, to: worker)
        case MasterFrameKind.unshare.rawValue:
            if case .unshare(let value)? = try? MasterFrame(parsing: frame) { release(value) }
        case MasterFrameKind.goodbye.rawValue:
            leave(worker)
        default: break
        }
        return nil
    }

    private mutating func share(_ frame: FrameBuffer, to worker: WorkerID) -> [Message]? {
        guard SharedContent.isForFile(frame), let host = hosts[worker],
            case .share(let share)? = try? MasterFrame(parsing: frame)
        else { return nil }
        let place = Place(value: share.value, host: host)
        guard let copy = copies[place] else {
            copies[place] = Copy(keeper: worker)
            return nil
        }
        guard !copy.isSettled || copy.offer != nil else { return nil }
        copies[place]?.waiting[worker] = frame
        var messages = [Message(worker: worker, frame: RunnerControl.expect(share.value).frame)]
        if let offer = copy.offer { messages.append(Message(worker: worker, frame: RunnerControl.take(offer).frame)) }
        return messages
    }

    /// Forgets a worker that is lost. Returns the bytes for workers that wait for a file of its owner.
    mutating func giveUp(_ worker: WorkerID) -> [Message] {
        leave(worker)
        let unsettled = copies.filter { $0.value.keeper == worker && !$0.value.isSettled }.keys
        return unsettled.sorted { $0.value < $1.value }.flatMap { note($0.value, of: worker, nil) }
    }

    private mutating func leave(_ worker: WorkerID) {
        left.insert(worker)
        for place in copies.keys { copies[place]?.waiting[worker] = nil }
        forgetReleased()
        update()
    }

    /// Takes note that no task needs a value any more.
    private mutating func release(_ value: SharedValueID) {
        released.insert(value)
        forgetReleased()
    }

    private mutating func forgetReleased() {
        guard !released.isEmpty else { return }
        copies = copies.filter { place, copy in
            !released.contains(place.value) || !copy.isSettled || !copy.waiting.isEmpty
        }
        released.formIntersection(copies.keys.lazy.map(\.value))
    }

    /// Takes note that a worker has a value.
    ///
    /// - Parameter offer: The file in which its owner has put the value; nil if the owner has made none.
    mutating func note(_ value: SharedValueID, of worker: WorkerID, _ offer: SharedFileOffer?) -> [Message] {
        guard let host = hosts[worker] else { return [] }
        let place = Place(value: value, host: host)
        defer {
            forgetReleased()
            update()
        }
        copies[place]?.waiting[worker] = nil
        guard let copy = copies[place], copy.keeper == worker else { return [] }
        copies[place]?.isSettled = true
        copies[place]?.offer = offer
        let waiting = copy.waiting.sorted { $0.key < $1.key }
        if let offer { return waiting.map { Message(worker: $0.key, frame: RunnerControl.take(offer).frame) } }
        copies[place]?.waiting = [:]
        return waiting.map { Message(worker: $0.key, frame: $0.value) }
    }

    /// Returns the bytes of a value for a worker that cannot open the file.
    mutating func noteLack(of value: SharedValueID, on worker: WorkerID) -> [Message] {
        guard let host = hosts[worker], !left.contains(worker) else { return [] }
        guard let frame = copies[Place(value: value, host: host)]?.waiting[worker] else { return [] }
        return [Message(worker: worker, frame: frame)]
    }
}
