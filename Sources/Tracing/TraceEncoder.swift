internal import Wire

/// Turns the events of a run into the packets of a trace. A value without I/O.
struct TraceEncoder {
    /// The shortest time between two samples of the counters, in nanoseconds. It grows with the run.
    private static let shortestInterval: UInt64 = 1_000_000

    private struct Key: Hashable {
        let pool: UInt32
        let number: UInt32
    }

    private struct Lane {
        let track: UInt64
        var placement = LanePlacement()
        var framesInFlight = 0
    }

    /// When the trace began. Its times count from there.
    private let start: UInt64
    private var lanes: [Key: Lane] = [:]
    private var nextTrack = TraceFormat.TrackID.firstWorker
    private var callables: [Key: UInt64] = [:]
    private var queued: [UInt32: UInt64] = [:]
    private var busyLanes = 0
    private var lastSample: (time: UInt64, queued: UInt64, busy: Int)?

    init(start: UInt64) { self.start = start }

    /// Appends what comes before all events: the tracks that each trace has, and the names of the annotations.
    func begin(processName: String, processID: Int32, to trace: FrameBuffer) {
        typealias Packet = TraceFormat.Packet
        trace.append(TraceFormat.packet) {
            trace.append(Packet.sequence, 1)
            trace.append(Packet.flags, Packet.begins)
            trace.append(Packet.internedData) {
                for note in TraceNote.allCases {
                    trace.append(TraceFormat.Interned.annotationNames) {
                        trace.append(TraceFormat.Interned.id, note.rawValue)
                        trace.append(TraceFormat.Interned.name, note.name)
                    }
                }
            }
        }
        describe(TraceFormat.TrackID.process, "master", in: trace) {
            trace.append(TraceFormat.Track.process) {
                trace.append(TraceFormat.Track.processID, UInt64(processID))
                trace.append(TraceFormat.Track.processName, processName)
            }
            trace.append(TraceFormat.Track.childOrdering, TraceFormat.Track.explicit)
        }
        for (rank, (track, name)) in [
            (TraceFormat.TrackID.queue, "queued calls"), (TraceFormat.TrackID.busy, "busy workers"),
        ].enumerated() {
            describe(track, name, parent: TraceFormat.TrackID.process, rank: UInt64(rank), in: trace) {
                trace.append(TraceFormat.Track.counter) {
                    trace.append(TraceFormat.Track.counterUnit, TraceFormat.Track.count)
                }
            }
        }
    }

    /// Appends the packets of a batch of events.
    mutating func encode(_ batch: UnsafeRawBufferPointer, to trace: FrameBuffer) {
        var made: [Key: [(time: UInt64, nanoseconds: UInt64)]] = [:]
        Self.forEach(in: batch) { event, text, _ in
            let key = Key(pool: event.pool, number: event.worker)
            if event.kind == .worker { addLane(key, name: String(decoding: text, as: UTF8.self), to: trace) }
            if event.kind == .made { made[key, default: []].append((event.time, event.nanoseconds)) }
        }
        var places: [Key: ArraySlice<LanePlacement.Span>] = [:]
        for (key, answers) in made {
            addLane(key, name: nil, to: trace)
            places[key] = lanes[key]?.placement.place(answers)[...]
        }
        var last: UInt64 = 0
        Self.forEach(in: batch) { event, text, bytes in
            last = max(last, event.time)
            let key = Key(pool: event.pool, number: event.worker)
            switch event.kind {
            case .worker: break
            case .callable: name(event, String(decoding: text, as: UTF8.self), to: trace)
            case .sent:
                count(key, 1)
                setQueued(event)
                sampleIfDue(event.time, to: trace)
            case .made:
                guard let place = places[key]?.popFirst() else { return }
                slices(event, place, bytes, to: trace)
                if event.endsFrame {
                    count(key, -1)
                    setQueued(event)
                    sampleIfDue(event.time, to: trace)
                }
            case .failed: failure(event, String(decoding: text, as: UTF8.self), bytes, to: trace)
            case .lost: count(key, -(lanes[key]?.framesInFlight ?? 0))
            case .idle: queued[event.pool] = 0
            case .note: note(event, text, to: trace)
            }
        }
        if last > 0 { sample(last, to: trace) }
    }

    private static func forEach(
        in batch: UnsafeRawBufferPointer,
        _ body: (TraceEvent, _ text: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer) -> Void
    ) {
        var reader = FrameReader(batch)
        // This process has written the events, so they are sound.
        while !reader.isAtEnd, let (event, text, bytes) = try? reader.traceEvent() { body(event, text, bytes) }
    }
}

// MARK: - Tracks and names

extension TraceEncoder {
    private func describe(
        _ track: UInt64,
        _ name: String,
        parent: UInt64? = nil,
        rank: UInt64? = nil,
        in trace: FrameBuffer,
        _ body: () -> Void = {}
    ) {
        trace.append(TraceFormat.packet) {
            trace.append(TraceFormat.Packet.sequence, 1)
            trace.append(TraceFormat.Packet.trackDescriptor) {
                trace.append(TraceFormat.Track.id, track)
                trace.append(TraceFormat.Track.name, name)
                if let parent { trace.append(TraceFormat.Track.parent, parent) }
                if let rank { trace.append(TraceFormat.Track.rank, rank) }
                body()
            }
        }
    }

    /// Makes the track of a worker, unless there is one.
    private mutating func addLane(_ key: Key, name: String?, to trace: FrameBuffer) {
        guard lanes[key] == nil else { return }
        lanes[key] = Lane(track: nextTrack)
        describe(
            nextTrack,
            name ?? "worker \(key.number + 1)",
            parent: TraceFormat.TrackID.process,
            rank: nextTrack,
            in: trace
        )
        nextTrack += 1
    }

    private mutating func name(_ event: TraceEvent, _ name: String, to trace: FrameBuffer) {
        let id = UInt64(callables.count + 1)
        callables[Key(pool: event.pool, number: event.callable)] = id
        trace.append(TraceFormat.packet) {
            trace.append(TraceFormat.Packet.sequence, 1)
            trace.append(TraceFormat.Packet.flags, TraceFormat.Packet.usesNames)
            trace.append(TraceFormat.Packet.internedData) {
                trace.append(TraceFormat.Interned.eventNames) {
                    trace.append(TraceFormat.Interned.id, id)
                    trace.append(TraceFormat.Interned.name, name)
                }
            }
        }
    }
}

// MARK: - Calls

extension TraceEncoder {
    private func slices(
        _ event: TraceEvent,
        _ place: LanePlacement.Span,
        _ bytes: UnsafeRawBufferPointer,
        to trace: FrameBuffer
    ) {
        guard !event.isShare, let times = LanePlacement.divide(event.nanoseconds, calls: Int(event.calls)) else {
            return slice(event, place, bytes, to: trace)
        }
        var (others, last) = (event, event)
        let between = place.begin + times.others
        others.calls = event.calls - 1
        last.calls = 1
        last.failed = event.lastHasFailed ? 1 : 0
        others.failed = event.failed - last.failed
        (others.argumentBytes, last.argumentBytes) = Self.share(event.argumentBytes, others.calls)
        (others.resultBytes, last.resultBytes) = Self.share(event.resultBytes, others.calls)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        slice(others, LanePlacement.Span(begin: place.begin, end: between), none, to: trace)
        slice(last, LanePlacement.Span(begin: between, end: place.end), bytes, to: trace)
    }

    /// Divides bytes between all calls but the last and the last one.
    private static func share(_ bytes: UInt64, _ others: UInt32) -> (UInt64, UInt64) {
        let last = bytes / (UInt64(others) + 1)
        return (bytes - last, last)
    }

    private func slice(
        _ event: TraceEvent,
        _ place: LanePlacement.Span,
        _ arguments: UnsafeRawBufferPointer,
        to trace: FrameBuffer
    ) {
        let track = track(of: event)
        packet(.begin, place.begin, track, in: trace) {
            name(of: event, in: trace)
            annotate(.calls, UInt64(event.calls), in: trace)
            if event.failed > 0 { annotate(.failed, UInt64(event.failed), in: trace) }
            if event.earlierTries > 0 { annotate(.again, UInt64(event.earlierTries) + 1, in: trace) }
            annotate(.queueTime, event.queueTime, in: trace)
            annotate(.argumentBytes, event.argumentBytes, in: trace)
            annotate(.resultBytes, event.resultBytes, in: trace)
            if event.isShare { annotate(.isShare, 1, in: trace) }
            if !arguments.isEmpty {
                annotate(.arguments, ArgumentText.of(arguments, isCBOR: event.isCBOR), in: trace)
            }
        }
        packet(.end, place.end, track, in: trace) {}
    }

    private func failure(
        _ event: TraceEvent,
        _ text: String,
        _ arguments: UnsafeRawBufferPointer,
        to trace: FrameBuffer
    ) {
        packet(.instant, event.time, track(of: event), in: trace) {
            name(of: event, in: trace)
            let parts = text.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false)
            annotate(.failure, String(parts.first ?? ""), in: trace)
            if event.earlierTries > 0 { annotate(.again, UInt64(event.earlierTries) + 1, in: trace) }
            if parts.count > 1 { annotate(.message, String(parts[1]), in: trace) }
            if !arguments.isEmpty {
                annotate(.arguments, ArgumentText.of(arguments, isCBOR: event.isCBOR), in: trace)
            }
        }
    }

    private func note(_ event: TraceEvent, _ text: UnsafeRawBufferPointer, to trace: FrameBuffer) {
        let words = text.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        packet(.instant, event.time, TraceFormat.TrackID.process, in: trace) {
            trace.append(TraceFormat.Event.name, words[0])
            for index in stride(from: 1, to: words.count - 1, by: 2) {
                trace.append(TraceFormat.Event.annotation) {
                    trace.append(TraceFormat.Annotation.name, words[index])
                    trace.append(TraceFormat.Annotation.text, words[index + 1])
                }
            }
        }
    }

    private func track(of event: TraceEvent) -> UInt64 {
        lanes[Key(pool: event.pool, number: event.worker)]?.track ?? TraceFormat.TrackID.process
    }

    private func name(of event: TraceEvent, in trace: FrameBuffer) {
        trace.append(TraceFormat.Event.nameID, callables[Key(pool: event.pool, number: event.callable)] ?? 0)
    }

    private func annotate(_ note: TraceNote, _ number: UInt64, in trace: FrameBuffer) {
        trace.append(TraceFormat.Event.annotation) {
            trace.append(TraceFormat.Annotation.nameID, note.rawValue)
            trace.append(TraceFormat.Annotation.number, number)
        }
    }

    private func annotate(_ note: TraceNote, _ text: String, in trace: FrameBuffer) {
        trace.append(TraceFormat.Event.annotation) {
            trace.append(TraceFormat.Annotation.nameID, note.rawValue)
            trace.append(TraceFormat.Annotation.text, text)
        }
    }

    private func packet(
        _ type: TraceFormat.EventType,
        _ time: UInt64,
        _ track: UInt64,
        in trace: FrameBuffer,
        _ body: () -> Void
    ) {
        trace.append(TraceFormat.packet) {
            trace.append(TraceFormat.Packet.timestamp, time - min(time, start))
            trace.append(TraceFormat.Packet.sequence, 1)
            trace.append(TraceFormat.Packet.flags, TraceFormat.Packet.usesNames)
            trace.append(TraceFormat.Packet.trackEvent) {
                trace.append(TraceFormat.Event.type, type.rawValue)
                trace.append(TraceFormat.Event.track, track)
                body()
            }
        }
    }
}

// MARK: - Counters

extension TraceEncoder {
    private mutating func count(_ key: Key, _ change: Int) {
        guard var lane = lanes[key] else { return }
        let before = lane.framesInFlight
        lane.framesInFlight = max(0, before + change)
        if before == 0, lane.framesInFlight > 0 { busyLanes += 1 }
        if before > 0, lane.framesInFlight == 0 { busyLanes -= 1 }
        lanes[key] = lane
    }

    private mutating func setQueued(_ event: TraceEvent) { queued[event.pool] = event.queued }

    private mutating func sampleIfDue(_ time: UInt64, to trace: FrameBuffer) {
        let age = time - min(time, start)
        let interval = max(Self.shortestInterval, age / 100_000)
        if let lastSample, time < lastSample.time + interval { return }
        sample(time, to: trace)
    }

    private mutating func sample(_ time: UInt64, to trace: FrameBuffer) {
        let now = (time: time, queued: queued.values.reduce(0, +), busy: busyLanes)
        if lastSample?.queued != now.queued {
            packet(.counter, time, TraceFormat.TrackID.queue, in: trace) {
                trace.append(TraceFormat.Event.counterValue, now.queued)
            }
        }
        if lastSample?.busy != now.busy {
            packet(.counter, time, TraceFormat.TrackID.busy, in: trace) {
                trace.append(TraceFormat.Event.counterValue, UInt64(now.busy))
            }
        }
        lastSample = now
    }
}
