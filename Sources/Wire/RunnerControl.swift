internal import Identities

/// A message between a master and the owner of a runner, beside the frames for the runner itself.
///
/// The owner is a rank of MPI on the runner's host. It starts the runner, and reports its end.
package enum RunnerControl: Equatable, Sendable {
    /// The owner starts a runner. Files of the master's process have the memory that runner and master share: the
    /// frames between them do not pass the owner.
    case start(memory: String, bell: String)
    /// The owner kills its runner.
    case kill
    /// The owner starts a runner, and passes all frames on.
    case relay
    /// The owner's runner has ended.
    case ended(RunnerLoss)

    private enum Kind: UInt8 {
        case start = 17
        case kill = 18
        case relay = 19
        case ended = 145
    }

    /// The message as a frame: kind, 7 zero bytes, and the fields.
    package var frame: FrameBuffer {
        switch self {
        case .start(let memory, let bell):
            let frame = FrameBuffer(header: Kind.start.rawValue)
            frame.append(text: memory)
            frame.append(text: bell)
            return frame
        case .kill: return FrameBuffer(header: Kind.kill.rawValue)
        case .relay: return FrameBuffer(header: Kind.relay.rawValue)
        case .ended(let loss):
            let frame = FrameBuffer(header: Kind.ended.rawValue, UInt32(loss.worker.number))
            frame.append(byte: loss.end.code)
            frame.append(UInt64(bitPattern: Int64(loss.end.number)))
            frame.append(text: loss.end.text)
            frame.append(text: loss.lastWords)
            return frame
        }
    }

    /// Parses a frame. Returns nil if the frame is no such message.
    package init?(parsing frame: FrameBuffer) throws(WireError) {
        guard let first = frame.bytes.first, let kind = Kind(rawValue: first) else { return nil }
        var reader = FrameReader(frame.bytes, at: 4)
        let number: UInt32 = try reader.number()
        switch kind {
        case .start: self = .start(memory: try reader.text(), bell: try reader.text())
        case .kill: self = .kill
        case .relay: self = .relay
        case .ended:
            let code = try reader.byte()
            let value = Int(truncatingIfNeeded: Int64(bitPattern: try reader.number(UInt64.self)))
            let text = try reader.text()
            guard let end = RunnerLoss.End(code: code, number: value, text: text) else {
                throw WireError("an unknown end of a runner", offset: 8)
            }
            self = .ended(RunnerLoss(worker: WorkerID(Int(number)), end: end, lastWords: try reader.text()))
        }
    }
}

extension RunnerLoss.End {
    fileprivate var code: UInt8 {
        switch self {
        case .notStarted: 0
        case .exited: 1
        case .killed: 2
        case .timedOut: 3
        case .overwritten: 4
        case .cancelled: 5
        }
    }

    fileprivate var number: Int {
        switch self {
        case .exited(let status): status
        case .killed(let signal): signal
        case .timedOut(let seconds): Int(seconds * 1e9)
        case .notStarted, .overwritten, .cancelled: 0
        }
    }

    fileprivate var text: String {
        switch self {
        case .notStarted(let reason), .overwritten(let reason): reason
        case .exited, .killed, .timedOut, .cancelled: ""
        }
    }

    fileprivate init?(code: UInt8, number: Int, text: String) {
        switch code {
        case 0: self = .notStarted(text)
        case 1: self = .exited(status: number)
        case 2: self = .killed(signal: number)
        case 3: self = .timedOut(seconds: Double(number) / 1e9)
        case 4: self = .overwritten(text)
        case 5: self = .cancelled
        default: return nil
        }
    }
}
