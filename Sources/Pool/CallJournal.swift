internal import CBOR
internal import Identities
package import Journals
internal import Waiting
package import Wire

/// A journal for the calls of executors, and how it tells callables apart.
package struct JournalSetup: Sendable {
    /// A callable, as a journal tells it from others.
    package struct Identity: Sendable {
        /// The name, without the place of the callable's library.
        package var name: String
        /// The name for people.
        package var displayName: String
        /// The identity of the build of that library.
        package var build: [UInt8]

        /// Returns whether a recorded result counts; nil if all do.
        var counts: (@Sendable (UnsafeRawBufferPointer) -> Bool)?

        package init(
            name: String,
            displayName: String,
            build: [UInt8],
            counts: (@Sendable (UnsafeRawBufferPointer) -> Bool)? = nil
        ) {
            self.counts = counts
            self.name = name
            self.displayName = displayName
            self.build = build
        }
    }

    let journal: Journal
    let identify: @Sendable (CallableDefinition) -> Identity?

    /// - Parameter identify: Returns the identity of a callable; nil for one whose build cannot be known. The calls of
    ///   such a callable are not recorded.
    package init(_ journal: Journal, identify: @escaping @Sendable (CallableDefinition) -> Identity?) {
        self.journal = journal
        self.identify = identify
    }
}

/// The journal of one executor's calls.
final class CallJournal: Sendable {
    private enum Known {
        case recorded(Journal.Callable)
        case notRecorded
    }

    private struct State {
        /// The callables by their numbers; nil for those that no call has named.
        var known: [Known?] = []
        /// The number of shared values for which `known` holds.
        var sharedCount = 0
    }

    private let setup: JournalSetup
    private let callables: CallableTable
    private let shared: SharedDigest
    /// The hash of what all calls of the executor can use: its initializer and its globals.
    private let context: SipHash.Words
    private let state = Locked(State())

    init(_ setup: JournalSetup, _ executor: ExecutorSetup, _ callables: CallableTable, _ shared: SharedDigest) {
        self.setup = setup
        self.callables = callables
        self.shared = shared
        var hash = SipHash(key: SipHash.Words(low: 0, high: 0), isLong: true)
        func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.add(block: $0) } }
        if let initializer = executor.initializer {
            let definition = callables[initializer.callable]
            add(Array(definition.shortName.utf8))
            add(setup.identify(definition)?.build ?? [])
            add(initializer.arguments)
        }
        for (name, value) in executor.globals.sorted(by: { $0.key < $1.key }) {
            add(Array(name.utf8))
            add(value)
        }
        context = hash.hash128(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Returns a callable of the journal; nil for one whose calls are not recorded.
    private func callable(_ id: CallableID) -> Journal.Callable? {
        state.withLock { state in
            let sharedCount = shared.count
            if state.sharedCount != sharedCount {
                state.known = []
                state.sharedCount = sharedCount
            }
            while state.known.count <= id.number { state.known.append(nil) }
            let known = state.known[id.number] ?? find(id)
            state.known[id.number] = known
            if case .recorded(let callable) = known { return callable }
            return nil
        }
    }

    private func find(_ id: CallableID) -> Known {
        let definition = callables[id]
        guard let identity = setup.identify(definition) else { return .notRecorded }
        let shared = shared.words
        return .recorded(
            setup.journal.callable(
                name: identity.name,
                displayName: identity.displayName,
                build: identity.build,
                encoding: definition.encoding.rawValue,
                context: SipHash.Words(low: context.low ^ shared.low, high: context.high ^ shared.high),
                counts: identity.counts
            )
        )
    }

    // MARK: Calls

    func makeTickets(capacity: Int = 4) -> CallTickets { CallTickets(setup.journal, capacity: capacity) }

    /// Looks a call up. Returns its result of an earlier run; or adds a ticket and returns nil.
    func claim(
        _ callable: CallableID,
        _ arguments: UnsafeRawBufferPointer,
        arrays: [NumberArray] = [],
        _ tickets: CallTickets
    ) -> Payload? {
        claim(self.callable(callable), arguments, arrays: arrays, tickets).map { Payload($0) }
    }

    private func claim(
        _ callable: Journal.Callable?,
        _ arguments: UnsafeRawBufferPointer,
        arrays: [NumberArray] = [],
        _ tickets: CallTickets
    ) -> RecordedCall? {
        guard let callable else {
            tickets.addNone()
            return nil
        }
        return setup.journal.claim(callable, arguments: arguments, arrays: arrays.recorded, tickets)
    }

    /// What a journal knows of consecutive elements of a map.
    enum Part {
        /// The results of elements that an earlier run has finished: a buffer, and the offsets of the records in it.
        case known(FrameBuffer, [UInt32])
        /// Elements whose calls have to be made.
        case new(FrameBuffer, CallTickets)
    }

    /// Divides `count` elements of a map into those that an earlier run has finished and those to be made.
    ///
    /// - Parameter records: The records of the elements, which this process has written.
    func divide(_ records: FrameBuffer, count: Int) -> [Part] {
        var parts: [Part] = []
        var tickets = makeTickets(capacity: count)
        var results = FrameBuffer(capacity: 64)
        var offsets: [UInt32] = []
        var reader = FrameReader(records.bytes)
        /// The offset of the first record that belongs to no part yet and has a ticket.
        var start = 0
        var last: (id: CallableID, callable: Journal.Callable?)?
        func endNew(at end: Int) {
            guard tickets.count > 0 else { return }
            if start == 0, end == records.count {
                parts.append(.new(records, tickets))
            } else {
                let some = FrameBuffer(capacity: end - start)
                some.append(UnsafeRawBufferPointer(rebasing: records.bytes[start..<end]))
                parts.append(.new(some, tickets))
            }
            tickets = makeTickets()
        }
        func endKnown() {
            guard !offsets.isEmpty else { return }
            parts.append(.known(results, offsets))
            results = FrameBuffer(capacity: 64)
            offsets = []
        }
        for _ in 0..<count {
            let offset = reader.offset
            guard let record = try? reader.taskRecord() else { break }
            if last?.id != record.callable { last = (record.callable, callable(record.callable)) }
            guard let call = claim(last?.callable, record.arguments, tickets) else {
                if !offsets.isEmpty {
                    endKnown()
                    start = offset
                }
                continue
            }
            endNew(at: offset)
            start = reader.offset
            if !call.arrays.isEmpty { endKnown() }
            offsets.append(UInt32(results.count))
            results.append(call)
            if !call.arrays.isEmpty || results.count > 1 << 30 { endKnown() }
        }
        endKnown()
        endNew(at: reader.offset)
        return parts
    }
}

// MARK: - Results

extension CallTickets {
    /// Records the results of consecutive calls, whose records begin at `offsets` of `buffer`.
    func record(first: Int, buffer: FrameBuffer, offsets: UnsafeBufferPointer<UInt32>) {
        // A result with out-of-band arrays has a frame of its own.
        let arrays = buffer.outOfBand
        guard arrays.isEmpty || offsets.count == 1 else { return }
        journal.record(self, first: first, count: offsets.count, arrays: arrays.recorded) { index in
            var reader = FrameReader(buffer.bytes, at: Int(offsets[index]))
            guard let (status, bytes) = try? reader.resultRecord() else { return nil }
            return (status, bytes)
        }
    }
}

extension [NumberArray] {
    fileprivate var recorded: [(code: UInt8, bytes: UnsafeRawBufferPointer)] {
        map { ($0.code, UnsafeRawBufferPointer($0.bytes)) }
    }
}

extension FrameBuffer {
    /// Appends the record of a result that a journal has, and its arrays.
    fileprivate func append(_ call: RecordedCall) {
        // The call keeps the memory of its result.
        withExtendedLifetime(call) { appendBytes(of: call) }
    }

    private func appendBytes(of call: RecordedCall) {
        let start = beginResult()
        append(call.result)
        endResult(ResultStatus(rawValue: call.status) ?? .failure, at: start)
        for recorded in call.arrays {
            guard let array = NumberArray.make(code: recorded.code, byteCount: recorded.bytes.count) else { continue }
            array.bytes.copyMemory(from: recorded.bytes)
            append(outOfBand: array)
        }
    }
}

extension Payload {
    fileprivate init(_ call: RecordedCall) {
        let buffer = FrameBuffer(capacity: call.result.count + 16)
        buffer.append(call)
        self.init(buffer: buffer, offset: 0)
    }
}
