internal import DequeModule
package import Identities
internal import Linux
package import Transport
internal import Waiting
package import Wire

/// Serves a master: the loop reports to it, receives tasks, runs them and answers, until the master says goodbye.
///
/// One thread does all of this, so a task never competes with its own worker for a core.
package final class ServeLoop {
    /// The time after which the loop sends the results that it has, in nanoseconds.
    ///
    /// It sends them at the end of the task that is running then. How long that task takes is not limited.
    private static let flushTime: UInt64 = 1_000_000
    /// The size at which results are sent, in bytes. MPI sends messages of this size eagerly, without the receiver's
    /// help.
    private static let flushSize = 7 << 10

    private let transport: any WorkerTransport
    private let progress: TaskProgress?
    private let language: any TaskLanguage
    private let identity: WorkerIdentity
    private let place: WorkerPlace

    // One thread serves, and serving is not reentrant. Dynamic exclusivity checks would cost time for every call.
    @exclusivity(unchecked) private var callables: [Callable] = []
    /// The reports of executors whose initializer failed here, in CBOR.
    private var failedExecutors: [ExecutorID: [UInt8]] = [:]
    private let shared = SharedValues()
    private let output = TaskOutput()
    /// The scopes of executors with globals. All other executors have the plain scope.
    private var scopes: [ExecutorID: TaskScope] = [:]
    private let plainScope: TaskScope
    /// Frames that arrived while another one was being served.
    private var waiting: Deque<FrameBuffer> = []
    private var isLeaving = false
    @exclusivity(unchecked) private var heapTrimmer = HeapTrimmer()
    /// When memory is to be given back; nil if there is nothing to give, or if no time has been chosen yet.
    private var trimTime: Instant?

    private final class Callable {
        let label: CurrentTask.Label
        let runner: Result<any TaskRunner, any Error>

        init(label: CurrentTask.Label, runner: Result<any TaskRunner, any Error>) {
            self.label = label
            self.runner = runner
        }
    }

    /// - Parameter place: The numbers that tasks are told.
    package init(
        transport: any WorkerTransport,
        language: any TaskLanguage,
        identity: WorkerIdentity,
        place: WorkerPlace
    ) {
        self.transport = transport
        progress = transport.progress
        self.language = language
        self.identity = identity
        self.place = place
        plainScope = TaskScope(globals: [:], shared: shared, place: place, output: output)
    }

    /// Serves until the master says goodbye.
    ///
    /// - Throws: An error of the transport, or `WireError` for a frame that breaks the rules.
    package func run() throws {
        HeapTrimmer.keepFreedMemory()
        output.connect { [unowned self] frame in
            try transport.send(frame)
            try finishSending()
        }
        defer { output.disconnect() }
        try transport.send(WorkerFrame.readyFrame(identity))
        var backoff = Backoff(transport.waiting)
        while !isLeaving {
            if let frame = try waiting.popFirst() ?? transport.poll() {
                backoff.reset()
                heapTrimmer.note(frame.memory)
                trimTime = nil
                try serve(frame)
            } else {
                trimIfDue()
                transport.doorbell.idle(
                    &backoff,
                    transport.traffic,
                    announcing: transport.announceSleep,
                    unless: hasArrival
                )
            }
        }
        try transport.send(WorkerFrame.goodbyeFrame())
        try finishSending()
        transport.shutDown()
    }

    /// Gives free memory back to the system if nothing has arrived for a while.
    private func trimIfDue() {
        guard let pause = heapTrimmer.pause else { return }
        guard let time = trimTime else {
            trimTime = .now.advanced(byNanoseconds: pause)
            return
        }
        guard Instant.now >= time else { return }
        HeapTrimmer.trim()
        heapTrimmer.noteTrim()
        trimTime = nil
    }

    private func serve(_ frame: FrameBuffer) throws {
        switch try MasterFrame(parsing: frame) {
        case .open(let open): try prepare(open)
        case .tasks(let tasks): try scope(tasks.executor).during { try execute(tasks) }
        case .close(let executor):
            failedExecutors[executor] = nil
            scopes[executor] = nil
        case .share(let frame): shared.add(frame)
        case .unshare(let value): shared.remove(value)
        case .goodbye: isLeaving = true
        }
    }

    /// Returns whether a frame has arrived or has begun to arrive, and keeps a frame that is complete. A failure of the
    /// transport counts as an arrival: the next `poll` throws it.
    private func hasArrival() -> Bool {
        do {
            // The poll may have begun to receive a large frame. Such a frame moves only while the loop polls.
            guard let frame = try transport.poll() else { return transport.traffic == .incoming }
            waiting.append(frame)
            return true
        } catch {
            return true
        }
    }

    /// Waits until everything sent has gone out, so that no result waits for the end of the next task.
    private func finishSending() throws {
        guard transport.isSending else { return }
        var backoff = Backoff(transport.waiting)
        while transport.isSending {
            if let frame = try transport.poll() {
                waiting.append(frame)
                backoff.reset()
            } else if transport.isSending {
                transport.doorbell.idle(&backoff, transport.traffic, unless: hasArrival)
            }
        }
    }

    /// Returns whether the master has said goodbye. If it has, it does not wait for the remaining results.
    private func isAbandoned() throws -> Bool {
        while let frame = try transport.poll() { waiting.append(frame) }
        return waiting.contains { frame in
            if case .goodbye? = try? MasterFrame(parsing: frame) { true } else { false }
        }
    }
}

// MARK: - Tasks

extension ServeLoop {
    private func execute(_ tasks: TaskFrame) throws {
        learn(tasks.definitions)
        let executorFailure = failedExecutors[tasks.executor]
        var rest = try RemainingTasks(tasks)
        var first = 0
        var reply = begin(tasks, first: 0)
        var current: CallableID?
        var runner: (any TaskRunner)?
        var began = Instant.now
        var tickGate = TickGate()
        defer {
            CurrentTask.end()
            progress?.end()
        }
        progress?.begin(tasks.sequence, first: 0)
        while let callable = rest.next?.callable {
            if callable != current {
                current = callable
                runner = executorFailure == nil ? announce(callable) : nil
            }
            let pause = try run(&rest, of: tasks.buffer, by: runner, executorFailure, reply, first: first, &tickGate)
            if pause == .callableChanged { continue }
            let elapsed = Instant.now.nanoseconds(since: began)
            guard pause != .timePassed || elapsed > Self.flushTime else { continue }
            CurrentTask.end()
            current = nil
            ResultFrame.finish(reply, count: rest.done - first, nanoseconds: elapsed)
            heapTrimmer.note(reply.memory)
            try transport.send(reply)
            try finishSending()
            if rest.next == nil { break }
            if try isAbandoned() { return }
            first = rest.done
            reply = begin(tasks, first: first)
            progress?.begin(tasks.sequence, first: first)
            began = Instant.now
        }
    }

    /// The tasks of a frame that have not been run.
    private struct RemainingTasks {
        private let count: Int
        private var reader: FrameReader
        /// The number of tasks that have been run.
        private(set) var done = 0
        /// The next task; nil if there is none.
        private(set) var next: TaskRecord?

        init(_ tasks: TaskFrame) throws(WireError) {
            count = tasks.count
            reader = FrameReader(tasks.buffer.bytes, at: tasks.records)
            next = count > 0 ? try reader.taskRecord() : nil
        }

        mutating func advance() throws(WireError) {
            done += 1
            next = done < count ? try reader.taskRecord() : nil
        }
    }

    /// Why no more tasks are run for the moment.
    private enum Pause {
        case noneLeft, callableChanged, replyFull, timePassed
    }

    /// Runs tasks of one callable, and appends their results to one reply.
    ///
    /// Both are parameters, and not variables that change from task to task, so that no task counts their references.
    ///
    /// - Parameter first: The number of tasks of the frame whose results are in earlier replies.
    @inline(never)
    private func run(
        _ rest: inout RemainingTasks,
        of frame: FrameBuffer,
        by runner: (any TaskRunner)?,
        _ executorFailure: [UInt8]?,
        _ reply: FrameBuffer,
        first: Int,
        _ tickGate: inout TickGate
    ) throws(WireError) -> Pause {
        let callable = rest.next?.callable
        while let record = rest.next {
            if record.callable != callable { return .callableChanged }
            if let executorFailure {
                append(failure: executorFailure, to: reply)
            } else {
                run(record, frame, by: runner, reply)
            }
            progress?.commit(rest.done + 1 - first, in: reply)
            try rest.advance()
            if reply.count > Self.flushSize || reply.hasOutOfBandArrays { return .replyFull }
            if rest.next != nil, tickGate.hasPassed() { return .timePassed }
        }
        return .noneLeft
    }

    private func begin(_ tasks: TaskFrame, first: Int) -> FrameBuffer {
        let capacity = min(ResultFrame.headerSize + 16 * (tasks.count - first), Self.flushSize + 256)
        let reply = ResultFrame.begin(sequence: tasks.sequence, first: first, capacity: capacity)
        reply.mayHaveOutOfBandArrays = tasks.takesArrays && transport.movesArrays
        return reply
    }

    /// Sets the name of the task that this thread runs from now on. Returns the callable's runner, or nil if there is
    /// none.
    private func announce(_ id: CallableID) -> (any TaskRunner)? {
        guard callables.indices.contains(id.number), case .success(let runner) = callables[id.number].runner else {
            return nil
        }
        CurrentTask.begin(callables[id.number].label)
        return runner
    }

    /// Runs one task and appends its result, a value or a failure.
    private func run(
        _ record: TaskRecord,
        _ frame: FrameBuffer,
        by runner: (any TaskRunner)?,
        _ reply: FrameBuffer
    ) {
        let start = reply.beginResult()
        do throws(TaskError) {
            guard let runner else { throw whyUnknown(record.callable) }
            let arguments = TaskArguments(bytes: record.arguments, frame: frame)
            reply.endResult(try runner.run(arguments, reply), at: start)
        } catch {
            reply.truncate(to: start)
            reply.outOfBand = []
            append(
                failure: language.encode(failure(error, callable: record.callable)),
                error.stage == .running ? .thrown : .failure,
                to: reply
            )
        }
    }

    private func append(failure: [UInt8], _ status: ResultStatus = .failure, to reply: FrameBuffer) {
        reply.append(byte: status.rawValue)
        failure.withUnsafeBytes { reply.append(block: $0) }
    }

    private func scope(_ executor: ExecutorID) -> TaskScope { scopes[executor] ?? plainScope }

    private func prepare(_ open: OpenFrame) throws {
        learn(open.definitions)
        if !open.globals.isEmpty {
            scopes[open.executor] = TaskScope(
                globals: open.globals.mapValues { KeptValue($0) },
                shared: shared,
                place: place,
                output: output
            )
        }
        if let failure = open.failure { failedExecutors[open.executor] = Array(open.buffer.bytes[failure]) }
        guard let range = open.initializer else { return }
        var reader = FrameReader(UnsafeRawBufferPointer(rebasing: open.buffer.bytes[range]))
        let record = try reader.taskRecord()
        do throws(TaskError) {
            guard let runner = announce(record.callable) else { throw whyUnknown(record.callable) }
            progress?.beginInitializer(open.executor)
            defer {
                CurrentTask.end()
                progress?.end()
            }
            try scope(open.executor).during { () throws(TaskError) in
                let arguments = TaskArguments(bytes: record.arguments, frame: open.buffer)
                _ = try runner.run(arguments, FrameBuffer(capacity: 64))
            }
        } catch {
            let error = TaskError(error.stage == .running ? .initializing : error.stage, error.underlying)
            failedExecutors[open.executor] = language.encode(failure(error, callable: record.callable))
        }
        try transport.send(
            WorkerFrame.openedFrame(executor: open.executor, failure: failedExecutors[open.executor])
        )
    }

    private func learn(_ definitions: [CallableDefinition]) {
        for definition in definitions {
            let runner = Result { try makeRunner(for: definition) }
            let name = (try? runner.get().name) ?? language.name(of: definition)
            callables.append(Callable(label: CurrentTask.Label(name), runner: runner))
        }
    }

    private func makeRunner(for definition: CallableDefinition) throws -> any TaskRunner {
        let runner = try language.runner(for: definition)
        // Only a transport with progress can end calls. No executor has limits on others.
        guard let progress, !definition.limit.isNone else { return runner }
        return LimitedRunner(runner, definition.limit, progress)
    }

    private func whyUnknown(_ id: CallableID) -> TaskError {
        guard callables.indices.contains(id.number) else {
            return TaskError(.lookingUp, WireError("callable number \(id) was never defined", offset: 0))
        }
        guard case .failure(let reason) = callables[id.number].runner else { fatalError("a callable without a runner") }
        return TaskError(.lookingUp, reason)
    }

    private func name(_ id: CallableID) -> String {
        callables.indices.contains(id.number) ? callables[id.number].label.text : "#\(id)"
    }

    private func failure(_ error: TaskError, callable: CallableID) -> TaskFailure {
        let description = language.describe(error.underlying)
        return TaskFailure(
            stage: error.stage,
            typeName: description.typeName,
            message: description.message,
            callable: name(callable),
            rank: identity.rank.number,
            worldSize: identity.worldSize,
            host: identity.host,
            wireName: description.wireName,
            encoded: description.encoded
        )
    }
}
