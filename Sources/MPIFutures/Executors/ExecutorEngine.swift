internal import CBOR
internal import Identities
internal import Pool
internal import Processes
internal import Synchronization
internal import Transport
internal import Waiting
internal import Wire

/// The implementation of every executor: a queue of its own, on a pool that it may share.
///
/// The type is public because `PoolExecutor` names it. It has no members for use outside of this library.
@_documentation(visibility: internal)
public final class ExecutorEngine: Sendable {
    let pool: Pool
    let queue: TaskQueue
    /// Whether the pool was started for this executor alone and ends with it.
    private let ownsPool: Bool
    /// Whether calls can be ended while they run.
    private let endsCalls: Bool
    /// Whether the results of calls are recorded.
    private let hasJournal: Bool
    /// Whether the calls are traced.
    private let hasTrace: Bool
    let callables: CallableCache
    /// The callables of calls that are made on other terms than those of the executor.
    private let others = Locked<[CallTerms: CallableCache]>([:])

    init(
        pool: Pool,
        ownsPool: Bool,
        initializer: (any RemoteCall)?,
        globals: Globals = [:],
        naming: CallableNaming = .typeOnly,
        terms: CallTerms = CallTerms(),
        failedCallsDirectory: String? = nil,
        journal: Journal? = nil,
        trace: String? = nil
    ) throws {
        self.pool = pool
        self.ownsPool = ownsPool
        endsCalls = pool.endsCalls
        // What is wrong with the journal is reported when it is opened.
        let isRecorded = journal != nil || (try? Runtime.shared.defaultJournal) != nil
        callables = CallableCache(naming, terms, isRecorded: isRecorded)
        var setup = ExecutorSetup()
        var journalSetup: JournalSetup?
        var traceSetup: TraceSetup?
        do {
            if !terms.limit.isNone { try Self.checkEndsCalls(pool) }
            setup.initializer = try initializer.map { try Self.encode($0, pool, naming) }
            setup.globals = try globals.mapValues { try CBOREncoder().encode($0) }
            journalSetup = try JournalSetup.open(journal)
            traceSetup = try TraceSetup.open(trace)
        } catch {
            if ownsPool { pool.stop() }
            throw error
        }
        let keeper = Runtime.shared.failedCallKeeper(failedCallsDirectory, SwiftLanguage())
        hasJournal = journalSetup != nil
        hasTrace = traceSetup != nil
        queue = pool.open(setup, keepFailedCall: keeper, journal: journalSetup, trace: traceSetup)
    }

    deinit {
        // The shutdown does not wait, for two reasons: the last reference may be dropped on a thread that the work
        // itself needs, or while an error leaves the program, which then drops what is queued. The process waits in
        // `Runtime.end`.
        shutdown(cancelFutures: false)
    }

    private static func encode<Call: RemoteCall>(
        _ call: Call,
        _ pool: Pool,
        _ naming: CallableNaming
    ) throws -> (callable: CallableID, arguments: [UInt8]) {
        // The executor's terms are for its calls. An initializer may take its time, and does not run again.
        let callables = CallableCache(naming, CallTerms(), isRecorded: true)
        return try callables.encode(call, pool, mayHaveArrays: false) { (number, bytes, _) throws in
            (number, Array(bytes))
        }
    }
}

// MARK: - Calls

extension ExecutorEngine {
    /// Queues a call. The function is inlined into the caller's module, where the type of the call is known. For a
    /// trivial call the library gets its bytes, and handles no type at all.
    @inlinable
    func submit<Call: RemoteCall>(_ call: Call) throws -> Future<Call.Output> {
        if _isPOD(Call.self) {
            let submitted = try withTrivialBytes(of: call) { bytes in
                try submit(bytes, of: ObjectIdentifier(Call.self)) { try call.encode(to: $0) }
            }
            if let submitted { return Future(submitted) }
        }
        return try submitEncoded(call)
    }

    /// Queues the bytes of a call. Returns nil if its type does not travel as bytes, or is new to the executor, or if the
    /// bytes do not say the same as the encoding.
    @usableFromInline
    func submit(
        _ bytes: UnsafeRawBufferPointer,
        of type: ObjectIdentifier,
        encode: (any Encoder) throws -> Void
    ) throws -> SubmittedCall? {
        guard let callable = callables.known(type), let coder = callable.coder, coder.accepts(bytes, encode: encode)
        else { return nil }
        let core = FutureCore(canEnd: endsCalls)
        do throws(PoolFailure) {
            try queue.append(callable: callable.id, arguments: bytes, future: core)
        } catch {
            throw Outcome.publicError(error)
        }
        return SubmittedCall(core: core, origin: callable.origin)
    }

    @usableFromInline
    func submitEncoded<Call: RemoteCall>(_ call: Call) throws -> Future<Call.Output> { try submit(call, callables) }

    /// Queues a call that has options of its own.
    func submit<Call: RemoteCall>(_ call: Call, _ options: CallOptions) throws -> Future<Call.Output> {
        try submit(call, callables(options))
    }

    private func submit<Call: RemoteCall>(_ call: Call, _ callables: CallableCache) throws -> Future<Call.Output> {
        let core = FutureCore(canEnd: endsCalls)
        do throws(PoolFailure) {
            try queue.checkOpen()
            let failure = encode(call, callables, mayHaveArrays: true) { number, bytes, arrays throws(PoolFailure) in
                if arrays.isEmpty { return try queue.append(callable: number, arguments: bytes, future: core) }
                let frame = TaskQueue.frame(callable: number, arguments: bytes)
                frame.outOfBand = arrays
                try queue.append(frame: frame, future: core)
            }
            switch failure {
            case nil: break
            case let failure as PoolFailure: throw failure
            case let error?: core.complete(.failure(error))
            }
        } catch {
            throw Outcome.publicError(error)
        }
        guard let origin = callables.known(ObjectIdentifier(Call.self))?.origin as? FutureOrigin<Call.Output> else {
            return Future(core, FutureOrigin(decodingFor: pool))
        }
        return Future(core, origin)
    }

    /// Calls `body` with the callable's number and the encoded arguments. Returns the error if the call cannot be
    /// encoded.
    func encode<Call: RemoteCall>(
        _ call: Call,
        _ callables: CallableCache,
        mayHaveArrays: Bool,
        _ body: (_ callable: CallableID, _ bytes: UnsafeRawBufferPointer, _ arrays: [NumberArray]) throws(PoolFailure)
            -> Void
    ) -> (any Error)? {
        do {
            try callables.encode(call, pool, mayHaveArrays: mayHaveArrays && pool.movesArrays, body)
            return nil
        } catch {
            return error
        }
    }
}

// MARK: - Limits

extension ExecutorEngine {
    /// Returns the callables of calls with these options.
    ///
    /// - Throws: `ExecutorError` for a limit that the workers cannot keep calls to.
    func callables(_ options: CallOptions) throws -> CallableCache {
        let terms = try options.terms(or: callables.terms)
        if terms == callables.terms { return callables }
        if !terms.limit.isNone { try Self.checkEndsCalls(pool) }
        return others.withLock { others in
            if let known = others[terms] { return known }
            let new = CallableCache(callables.naming, terms, isRecorded: callables.isRecorded)
            others[terms] = new
            return new
        }
    }

    private static func checkEndsCalls(_ pool: Pool) throws {
        guard !pool.endsCalls else { return }
        throw ExecutorError(
            .notAllowed,
            "a time limit or a memory limit needs isolated workers, and those of this executor are threads or ranks of MPI; "
                + "turn isolation on (--isolate on, or ExecutorOptions(isolation: .on) for a ProcessPoolExecutor)"
        )
    }
}

// MARK: - Statistics

extension ExecutorEngine {
    var statistics: ExecutorStatistics { Self.statistics(pool, queue) }

    static func statistics(_ pool: Pool, _ queue: TaskQueue) -> ExecutorStatistics {
        pool.finishCounting()
        return ExecutorStatistics(queue.counts, pool.tally.counts)
    }
}

// MARK: - Start and end

extension ExecutorEngine {
    var workerCount: Int { (try? bootup(wait: true)) == nil ? 0 : pool.workerCount }

    func checkOpen() throws {
        do { try queue.checkOpen() } catch { throw Outcome.publicError(error) }
    }

    func bootup(wait: Bool) throws {
        try checkOpen()
        guard wait, let outcome = queue.booted.wait(until: nil) else { return }
        try check(outcome)
    }

    func booted() async throws -> Int {
        try checkOpen()
        try check(try await queue.booted.ended())
        return pool.workerCount
    }

    private func check(_ outcome: Outcome) throws {
        if case .failure(let error) = outcome { throw Outcome.publicError(error) }
    }

    func drain() { queue.drain() }

    func shutdown(cancelFutures: Bool) {
        queue.close(cancelQueued: cancelFutures)
        if ownsPool { pool.stop() }
    }

    func waitUntilFinished() {
        // The workers do not belong to this process, which was forked.
        if pool.isForked { return }
        _ = queue.finished.wait(until: nil)
        if ownsPool { _ = pool.stopped.wait(until: nil) }
        if hasJournal { Runtime.shared.flushJournals() }
        if hasTrace { Runtime.shared.flushTraces() }
        pool.callbacks.drain()
    }

    func finished() async {
        _ = await queue.finished.surelyEnded()
        if ownsPool { _ = await pool.stopped.surelyEnded() }
        if hasJournal { Runtime.shared.flushJournals() }
        if hasTrace { Runtime.shared.flushTraces() }
        let drained = FutureCore()
        pool.callbacks.add { drained.complete(.value(NoResult())) }
        _ = await drained.surelyEnded()
    }
}
