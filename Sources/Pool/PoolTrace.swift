internal import CBOR
internal import Identities
internal import Scheduling
package import Tracing
internal import Waiting
package import Wire

/// A trace for the calls of executors, and the names of callables in it.
package struct TraceSetup: Sendable {
    let trace: Trace
    let name: @Sendable (CallableDefinition) -> String

    /// - Parameter name: Returns the name of a callable for people.
    package init(_ trace: Trace, name: @escaping @Sendable (CallableDefinition) -> String) {
        self.trace = trace
        self.name = name
    }
}

/// The calls of one pool in a trace. All executors of the pool that have the same trace share it.
final class PoolTrace: Sendable {
    private struct State {
        /// The number of callables whose names the trace has.
        var namedCallables = 0
        /// The workers that the trace knows.
        var workers: Set<WorkerID> = []
        /// The number of queued calls of each executor.
        var queued: [ExecutorID: Int] = [:]
    }

    let trace: Trace
    private let setup: TraceSetup
    private let number: UInt32
    private let callables: CallableTable
    private let describeFailure: @Sendable (UnsafeRawBufferPointer) -> String
    private let state = Locked(State())

    init(
        _ setup: TraceSetup,
        _ callables: CallableTable,
        describeFailure: @escaping @Sendable (UnsafeRawBufferPointer) -> String
    ) {
        trace = setup.trace
        number = setup.trace.makePoolNumber()
        self.setup = setup
        self.callables = callables
        self.describeFailure = describeFailure
    }

    private func event(_ kind: TraceEvent.Kind, _ worker: WorkerID? = nil, _ callable: CallableID = 0) -> TraceEvent {
        var event = TraceEvent(kind)
        event.pool = number
        event.worker = UInt32(truncatingIfNeeded: worker?.number ?? 0)
        event.callable = UInt32(truncatingIfNeeded: callable.number)
        return event
    }

    /// Adds the number of queued calls of an executor, and returns that of all executors.
    private func total(_ queue: QueuedCalls) -> UInt64 {
        state.withLock { state in
            state.queued[queue.executor] = queue.count
            return UInt64(state.queued.values.reduce(0, +))
        }
    }

    /// How many calls of an executor are queued.
    typealias QueuedCalls = (executor: ExecutorID, count: Int)

    /// Takes note that a worker was sent calls.
    func noteSent(_ queue: QueuedCalls, to worker: WorkerID, _ identity: WorkerIdentity?) {
        var sent = event(.sent, worker)
        sent.time = Instant.now.nanoseconds
        sent.queued = total(queue)
        let count = callables.count
        let (names, isNew) = state.withLock { state -> (Range<Int>, Bool) in
            defer { state.namedCallables = max(count, state.namedCallables) }
            return (min(state.namedCallables, count)..<count, state.workers.insert(worker).inserted)
        }
        if !names.isEmpty {
            for (number, definition) in zip(names, callables.definitions[names]) {
                trace.add(event(.callable, nil, CallableID(number)), text: setup.name(definition))
            }
        }
        if isNew {
            let place = identity.map { " (\($0.host), process \($0.processID))" } ?? ""
            trace.add(event(.worker, worker), text: "worker \(worker.number + 1)\(place)")
        }
        trace.add(sent)
    }

    /// An answer of a worker, and what is known of the frame that it answers.
    struct Answer {
        let worker: WorkerID
        let results: ResultFrame
        let failed: [FailedResult]
        /// The number of calls in the frame.
        let frameCount: Int
        let firstCallable: CallableID
        /// How many tries of the frame's only call have failed before.
        let earlierTries: Int
        let sent: FrameTrace
        /// The places of the results in `buffer`.
        let offsets: UnsafeBufferPointer<UInt32>
        let buffer: FrameBuffer

        fileprivate var endsFrame: Bool { results.first + results.count == frameCount }
    }

    /// Takes note that a worker has answered calls of a frame. Call it before their owners get the results, since the
    /// process may end then.
    ///
    /// - Parameter record: Returns the record of a call of the frame.
    func noteAnswer(_ answer: Answer, _ queue: QueuedCalls, record: (Int) -> TaskRecord?) {
        guard answer.results.count > 0 else { return }
        let now = Instant.now.nanoseconds
        noteCalls(answer, queue, now, record)
        for result in answer.failed {
            guard let failure = FailureClass(result.status), trace.wantsFailure() else { continue }
            let index = answer.results.first + result.position
            var event = event(.failed, answer.worker, answer.sent.callable(index, answer.firstCallable))
            event.time = now
            event.earlierTries = UInt32(truncatingIfNeeded: answer.earlierTries)
            var reader = FrameReader(answer.buffer.bytes, at: Int(answer.offsets[result.position]))
            let message = (try? reader.resultRecord()).map { describe($0.status, $0.bytes) } ?? ""
            let record = record(index)
            event.isCBOR = record.map { isCBOR($0.callable) } ?? false
            trace.add(event, text: "\(failure)\0\(message)", bytes: record?.arguments)
        }
    }

    private func noteCalls(_ answer: Answer, _ queue: QueuedCalls, _ now: UInt64, _ record: (Int) -> TaskRecord?) {
        let (results, sent) = (answer.results, answer.sent)
        let range = results.first..<results.first + results.count
        let resultBytes = answer.buffer.outOfBand.reduce(answer.buffer.count) { $0 + $1.bytes.count }
        let parts = sent.parts(range, answer.firstCallable)
        var passed: UInt64 = 0
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            var made = event(.made, answer.worker, part.callable)
            made.time = now
            made.calls = UInt32(truncatingIfNeeded: part.count)
            made.isShare = parts.count > 1
            let failed = answer.failed.count {
                !made.isShare
                    || sent.callable(results.first + $0.position, answer.firstCallable) == part.callable
            }
            made.failed = UInt32(truncatingIfNeeded: failed)
            made.lastHasFailed = answer.failed.last?.position == results.count - 1
            // The last part gets what rounding leaves.
            made.nanoseconds =
                isLast ? results.nanoseconds - passed : Self.share(results.nanoseconds, part.count, of: results.count)
            passed += made.nanoseconds
            made.endsFrame = isLast && answer.endsFrame
            made.earlierTries = UInt32(truncatingIfNeeded: answer.earlierTries)
            made.queueTime = sent.queueTime
            made.argumentBytes = Self.share(UInt64(sent.bytes), part.count, of: answer.frameCount)
            made.resultBytes = Self.share(UInt64(resultBytes), part.count, of: results.count)
            if made.endsFrame { made.queued = total(queue) }
            let arguments = made.isShare ? nil : argumentsOfInterest(results, record)
            made.isCBOR = arguments.map { isCBOR($0.callable) } ?? false
            trace.add(made, bytes: arguments?.arguments)
        }
    }

    /// Returns the last call of an answer if it is one of the slowest.
    private func argumentsOfInterest(_ results: ResultFrame, _ record: (Int) -> TaskRecord?) -> TaskRecord? {
        let time =
            results.count == 1
            ? results.nanoseconds
            : LanePlacement.divide(results.nanoseconds, calls: results.count)?.last ?? 0
        return trace.wantsArguments(nanoseconds: time) ? record(results.first + results.count - 1) : nil
    }

    private func isCBOR(_ callable: CallableID) -> Bool {
        switch callables[callable].encoding {
        case .cbor, .cborOutOfBand, .recorded: true
        case .trivial, .planned: false
        }
    }

    private func describe(_ status: ResultStatus, _ bytes: UnsafeRawBufferPointer) -> String {
        // A value that counts as a failure has no text of an error.
        guard status == .failedValue else { return describeFailure(bytes) }
        return ArgumentText.of(UnsafeRawBufferPointer(rebasing: bytes.prefix(ArgumentText.limit)), isCBOR: true)
    }

    private static func share(_ amount: UInt64, _ part: Int, of whole: Int) -> UInt64 {
        if part == whole { return amount }
        let (product, overflows) = amount.multipliedReportingOverflow(by: UInt64(part))
        return overflows ? amount / UInt64(whole) * UInt64(part) : product / UInt64(whole)
    }

    /// Takes note that all workers have lost the calls that they were sent.
    func noteLoss() {
        for worker in state.withLock({ $0.workers }) {
            var lost = event(.lost, worker)
            lost.time = Instant.now.nanoseconds
            trace.add(lost)
        }
    }

    /// Takes note that an executor has ended.
    func close(_ executor: ExecutorID) {
        let rest = state.withLock { state in
            state.queued[executor] = nil
            return state.queued.values.reduce(0, +)
        }
        guard rest == 0 else { return }
        var idle = event(.idle)
        idle.time = Instant.now.nanoseconds
        trace.add(idle)
    }
}
