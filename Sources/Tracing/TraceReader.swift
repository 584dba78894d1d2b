internal import Glibc
internal import Linux
internal import Wire

/// Calls that a worker has made one after the other: one call, or several of one callable.
package struct TraceSlice: Equatable, Sendable {
    /// The index of the worker among those of the trace.
    package var worker = 0
    /// The index of the callable among those of the trace.
    package var callable = 0
    /// In nanoseconds since the begin of the trace.
    package var begin: UInt64 = 0
    package var end: UInt64 = 0
    package var calls = 0
    package var failed = 0
    /// Which try it is: 1 for the first one.
    package var attempt = 1
    package var queueTime: UInt64 = 0
    package var argumentBytes: UInt64 = 0
    package var resultBytes: UInt64 = 0
    /// Whether the duration is a share of the time of several callables.
    package var isShare = false
    /// The arguments of the only call, as far as they can be read; nil if the trace does not have them.
    package var arguments: String?

    package init() {}
}

/// A call that has failed.
package struct TraceFailure: Equatable, Sendable {
    package var worker = 0
    package var callable = 0
    package var time: UInt64 = 0
    package var attempt = 1
    /// How it has failed: the name of a failure class.
    package var failure = ""
    package var message = ""
    package var arguments: String?

    package init() {}
}

/// What a trace has, in the order of the file.
package enum TraceItem: Equatable, Sendable {
    case slice(TraceSlice)
    case failure(TraceFailure)
    /// The number of queued calls from a time on.
    case queued(time: UInt64, Int)
    /// The number of busy workers from a time on.
    case busy(time: UInt64, Int)
    case note(name: String, time: UInt64, [String: String])
}

/// Reads the traces that `Trace` has written.
package struct TraceReader {
    /// The name of each worker.
    package private(set) var workers: [String] = []
    /// The name of each callable.
    package private(set) var callables: [String] = []
    /// Whether the end of the file is no complete packet, as after the sudden end of a run.
    package private(set) var isTorn = false

    private var workerIndices: [UInt64: Int] = [:]
    private var callableIndices: [UInt64: Int] = [:]
    private var open: [UInt64: TraceSlice] = [:]
    private var isOurs = false

    package init() {}

    /// Reads a trace, and calls `body` with each item.
    ///
    /// - Throws: `TraceError` if the file is not a trace of this product.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        path: String,
        _ body: (TraceItem) -> Void
    ) throws(TraceError) {
        var reader = ProtobufReader(bytes)
        do throws(WireError) {
            while let (field, value) = try reader.next() {
                guard field == TraceFormat.packet, case .bytes(let packet) = value else { break }
                try read(packet: packet, body)
                guard isOurs else { break }
            }
        } catch {
            isTorn = true
        }
        guard isOurs else {
            throw TraceError(.foreign, "'\(path)' is not a trace of mpifutures; --trace writes one")
        }
    }

    private mutating func read(packet: UnsafeRawBufferPointer, _ body: (TraceItem) -> Void) throws(WireError) {
        var reader = ProtobufReader(packet)
        var time: UInt64 = 0
        while let (field, value) = try reader.next() {
            switch field {
            case TraceFormat.Packet.timestamp: time = value.number
            case TraceFormat.Packet.trackDescriptor: try addTrack(value.bytes)
            case TraceFormat.Packet.internedData: try addNames(value.bytes)
            case TraceFormat.Packet.trackEvent: try addEvent(value.bytes, time, body)
            default: break
            }
        }
    }

    private mutating func addTrack(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var (id, name) = (UInt64(0), "")
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            if field == TraceFormat.Track.id { id = value.number }
            if field == TraceFormat.Track.name { name = value.text }
        }
        guard id >= TraceFormat.TrackID.firstWorker, workerIndices[id] == nil else { return }
        workerIndices[id] = workers.count
        workers.append(name)
    }

    private mutating func addNames(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            var (id, name) = (UInt64(0), "")
            var entry = ProtobufReader(value.bytes)
            while let (field, value) = try entry.next() {
                if field == TraceFormat.Interned.id { id = value.number }
                if field == TraceFormat.Interned.name { name = value.text }
            }
            switch field {
            case TraceFormat.Interned.annotationNames:
                if TraceNote(rawValue: id)?.name == name { isOurs = true }
            case TraceFormat.Interned.eventNames:
                callableIndices[id] = callables.count
                callables.append(name)
            default: break
            }
        }
    }

    private mutating func addEvent(
        _ bytes: UnsafeRawBufferPointer,
        _ time: UInt64,
        _ body: (TraceItem) -> Void
    ) throws(WireError) {
        var type: TraceFormat.EventType?
        var track: UInt64 = 0
        var slice = TraceSlice()
        var failure = TraceFailure()
        var (name, pairs, counter) = ("", [String: String](), 0)
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case TraceFormat.Event.type: type = TraceFormat.EventType(rawValue: value.number)
            case TraceFormat.Event.track: track = value.number
            case TraceFormat.Event.nameID: slice.callable = callableIndices[value.number] ?? 0
            case TraceFormat.Event.name: name = value.text
            case TraceFormat.Event.counterValue: counter = Int(clamping: value.number)
            case TraceFormat.Event.annotation: try annotate(value.bytes, &slice, &failure, &pairs)
            default: break
            }
        }
        switch type {
        case .begin:
            slice.begin = time
            open[track] = slice
        case .end:
            guard var begun = open.removeValue(forKey: track), let worker = workerIndices[track] else { return }
            begun.end = time
            begun.worker = worker
            body(.slice(begun))
        case .instant where track == TraceFormat.TrackID.process: body(.note(name: name, time: time, pairs))
        case .instant:
            failure.time = time
            failure.worker = workerIndices[track] ?? 0
            failure.callable = slice.callable
            failure.attempt = slice.attempt
            failure.arguments = slice.arguments
            body(.failure(failure))
        case .counter:
            body(track == TraceFormat.TrackID.queue ? .queued(time: time, counter) : .busy(time: time, counter))
        case nil: break
        }
    }

    private func annotate(
        _ bytes: UnsafeRawBufferPointer,
        _ slice: inout TraceSlice,
        _ failure: inout TraceFailure,
        _ pairs: inout [String: String]
    ) throws(WireError) {
        var note: TraceNote?
        var (name, number, text) = ("", UInt64(0), "")
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case TraceFormat.Annotation.nameID: note = TraceNote(rawValue: value.number)
            case TraceFormat.Annotation.name: name = value.text
            case TraceFormat.Annotation.number: number = value.number
            case TraceFormat.Annotation.text: text = value.text
            default: break
            }
        }
        switch note {
        case .calls: slice.calls = Int(clamping: number)
        case .failed: slice.failed = Int(clamping: number)
        case .again: slice.attempt = Int(clamping: number)
        case .queueTime: slice.queueTime = number
        case .argumentBytes: slice.argumentBytes = number
        case .resultBytes: slice.resultBytes = number
        case .isShare: slice.isShare = true
        case .arguments: slice.arguments = text
        case .failure: failure.failure = text
        case .message: failure.message = text
        case nil: pairs[name] = text
        }
    }
}

extension TraceReader {
    /// Reads the trace of a file.
    package mutating func read(file path: String, _ body: (TraceItem) -> Void) throws(TraceError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TraceError.lastSystemError("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw TraceError.lastSystemError("read", path) }
        let count = Int(status.st_size)
        guard count > 0, status.st_mode & S_IFMT == S_IFREG else {
            throw TraceError(.foreign, "'\(path)' is not a trace of mpifutures; --trace writes one")
        }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw TraceError.lastSystemError("read", path)
        }
        defer { munmap(base, count) }
        madvise(base, count, MADV_SEQUENTIAL)
        try read(UnsafeRawBufferPointer(start: base, count: count), path: path, body)
    }
}
