package import Identities

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
    /// The owner ends calls of its runner that take longer than they may. The shortest time limit is that many
    /// nanoseconds.
    case limit(UInt64)
    /// The owner ends these calls when its runner runs them, in place of those that it was told before. Their numbers
    /// are those that the runner counts.
    case endCalls([CallPlace])
    /// An owner that passes frames on ends this call, if its runner runs it, or as soon as it does.
    case endCall(CallPlace)
    /// An owner that passes frames on holds back what follows until it has this shared value: as a file that it is told
    /// of, or in a frame.
    case expect(SharedValueID)
    /// A shared value is in a file of another owner, perhaps on the same host.
    case take(SharedFileOffer)
    /// The owner's runner has ended.
    case ended(RunnerLoss)
    /// What has become of the processes of a runner so far, by an owner that passes frames on. It comes before the
    /// frames that tell the consequences.
    case counted(ProcessCounts)
    /// An owner that passes frames on has put a shared value into a file, which other owners of its host can open.
    case offers(SharedFileOffer)
    /// An owner that passes frames on has a shared value, and offers no file.
    case has(SharedValueID)
    /// An owner cannot open the file of a shared value, and needs the bytes.
    case lacks(SharedValueID)

    private enum Kind: UInt8 {
        case start = 17
        case kill = 18
        case relay = 19
        case limit = 20
        case endCalls = 21
        case endCall = 22
        case expect = 23
        case take = 24
        case ended = 145
        case counted = 146
        case offers = 147
        case has = 148
        case lacks = 149
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
        case .limit(let nanoseconds):
            let frame = FrameBuffer(header: Kind.limit.rawValue)
            frame.append(nanoseconds)
            return frame
        case .endCalls(let calls):
            let frame = FrameBuffer(header: Kind.endCalls.rawValue, UInt32(calls.count))
            for call in calls { frame.append(call) }
            return frame
        case .endCall(let call):
            let frame = FrameBuffer(header: Kind.endCall.rawValue)
            frame.append(call)
            return frame
        case .expect(let value): return FrameBuffer(header: Kind.expect.rawValue, value.number)
        case .take(let offer): return Self.frame(.take, offer)
        case .offers(let offer): return Self.frame(.offers, offer)
        case .has(let value): return FrameBuffer(header: Kind.has.rawValue, value.number)
        case .lacks(let value): return FrameBuffer(header: Kind.lacks.rawValue, value.number)
        case .ended(let loss):
            let frame = FrameBuffer(header: Kind.ended.rawValue, UInt32(loss.worker.number))
            frame.append(byte: loss.end.code)
            frame.append(UInt64(bitPattern: Int64(loss.end.number)))
            frame.append(text: loss.end.text)
            frame.append(text: loss.lastWords)
            return frame
        case .counted(let counts):
            let frame = FrameBuffer(header: Kind.counted.rawValue)
            for number in [counts.serving, counts.lost, counts.restarted, counts.recycled] {
                frame.append(UInt64(bitPattern: Int64(number)))
            }
            return frame
        }
    }

    private static func frame(_ kind: Kind, _ offer: SharedFileOffer) -> FrameBuffer {
        let frame = FrameBuffer(header: kind.rawValue, offer.value.number)
        frame.append(byte: offer.encoding.rawValue)
        frame.append(text: offer.machine)
        frame.append(offer.file)
        return frame
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
        case .limit: self = .limit(try reader.number())
        case .endCalls:
            var calls: [CallPlace] = []
            for _ in 0..<number { calls.append(try reader.callPlace()) }
            self = .endCalls(calls)
        case .endCall: self = .endCall(try reader.callPlace())
        case .expect: self = .expect(SharedValueID(number))
        case .take: self = .take(try reader.offer(of: SharedValueID(number)))
        case .offers: self = .offers(try reader.offer(of: SharedValueID(number)))
        case .has: self = .has(SharedValueID(number))
        case .lacks: self = .lacks(SharedValueID(number))
        case .ended:
            let code = try reader.byte()
            let value = Int(truncatingIfNeeded: Int64(bitPattern: try reader.number(UInt64.self)))
            let text = try reader.text()
            guard let end = RunnerLoss.End(code: code, number: value, text: text) else {
                throw WireError("an unknown end of a runner", offset: 8)
            }
            self = .ended(RunnerLoss(worker: WorkerID(Int(number)), end: end, lastWords: try reader.text()))
        case .counted:
            var counts = ProcessCounts()
            for field in [\.serving, \.lost, \.restarted, \.recycled] as [WritableKeyPath<ProcessCounts, Int>] {
                counts[keyPath: field] = Int(truncatingIfNeeded: Int64(bitPattern: try reader.number(UInt64.self)))
            }
            self = .counted(counts)
        }
    }
}

extension FrameBuffer {
    fileprivate func append(_ call: CallPlace) {
        append(call.frame.number)
        append(UInt32(call.index))
    }
}

extension FrameReader {
    fileprivate mutating func callPlace() throws(WireError) -> CallPlace {
        let frame = FrameSequence(try number(UInt32.self))
        return CallPlace(frame: frame, index: Int(try number(UInt32.self)))
    }

    fileprivate mutating func offer(of value: SharedValueID) throws(WireError) -> SharedFileOffer {
        let encoding = try sharedEncoding()
        let machine = try text()
        return SharedFileOffer(value: value, encoding: encoding, machine: machine, file: try fileReference())
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
        case .outOfMemory: 6
        }
    }

    fileprivate var number: Int {
        switch self {
        case .exited(let status): status
        case .killed(let signal): signal
        case .timedOut(let seconds): Int(seconds * 1e9)
        case .notStarted, .overwritten, .cancelled, .outOfMemory: 0
        }
    }

    fileprivate var text: String {
        switch self {
        case .notStarted(let reason), .overwritten(let reason): reason
        case .exited, .killed, .timedOut, .cancelled, .outOfMemory: ""
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
        case 6: self = .outOfMemory
        default: return nil
        }
    }
}
