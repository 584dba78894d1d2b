internal import DequeModule
internal import Identities
internal import Wire

/// Holds back the frames of an owner that waits for a shared value, so that they keep their order.
///
/// This is pure: frames go in, and those that may be handled come out.
struct ShareGate {
    /// The value for which frames are held back.
    private var expected: SharedValueID?
    private var held: Deque<FrameBuffer> = []
    /// The values that were announced and are not here, the expected one included.
    private var announced: Set<SharedValueID> = []
    /// What has come for announced values before their turn.
    private var early: [SharedValueID: FrameBuffer] = [:]

    /// Takes a frame, and returns those that are to be handled now.
    mutating func add(_ frame: FrameBuffer) throws(WireError) -> [FrameBuffer] {
        let kind = frame.bytes.first
        if kind == MasterFrameKind.goodbye.rawValue {
            // No task waits any more, or nobody waits for the tasks.
            self = ShareGate()
            return [frame]
        }
        if kind == MasterFrameKind.share.rawValue, !announced.isEmpty,
            case .share(let share) = try MasterFrame(parsing: frame), announced.contains(share.value)
        {
            return arrive(share.value, frame, isWhole: true)
        }
        switch try RunnerControl(parsing: frame) {
        case .expect(let value):
            announced.insert(value)
            if expected != nil { held.append(frame) } else { expected = value }
            return []
        case .take(let offer):
            return announced.contains(offer.value) ? arrive(offer.value, frame, isWhole: false) : []
        default: break
        }
        guard expected != nil else { return [frame] }
        held.append(frame)
        return []
    }

    /// - Parameter isWhole: Whether the frame has the value. It is otherwise in a file, which may not open.
    private mutating func arrive(_ value: SharedValueID, _ frame: FrameBuffer, isWhole: Bool) -> [FrameBuffer] {
        guard value == expected else {
            early[value] = frame
            return []
        }
        return isWhole ? [frame] + open() : [frame]
    }

    /// Takes note that the expected value is here. Returns the frames that are to be handled now.
    mutating func open() -> [FrameBuffer] {
        if let expected { announced.remove(expected) }
        expected = nil
        var frames: [FrameBuffer] = []
        while expected == nil, let frame = held.popFirst() {
            guard case .expect(let value)? = try? RunnerControl(parsing: frame) else {
                frames.append(frame)
                continue
            }
            expected = value
            guard let arrived = early.removeValue(forKey: value) else { break }
            frames += arrive(value, arrived, isWhole: arrived.bytes.first == MasterFrameKind.share.rawValue)
        }
        return frames
    }
}
