internal import CBOR
internal import Identities
internal import Pool
internal import Synchronization
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
    private let callables: CallableCache

    init(
        pool: Pool,
        ownsPool: Bool,
        initializer: (any RemoteCall)?,
        globals: Globals = [:],
        naming: CallableNaming = .typeOnly
    ) throws {
        self.pool = pool
        self.ownsPool = ownsPool
        callables = CallableCache(naming)
        var setup = ExecutorSetup()
        do {
            setup.initializer = try initializer.map { try Self.encode($0, pool, naming) }
            setup.globals = try globals.mapValues { try CBOREncoder().encode($0) }
        } catch {
            if ownsPool { pool.stop() }
            throw error
        }
        queue = pool.open(setup)
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
        try CallableCache(naming).encode(call, pool, mayHaveArrays: false) { (number, bytes, _) throws in
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
        let core = FutureCore()
        do throws(PoolFailure) {
            try queue.append(callable: callable.id, arguments: bytes, future: core)
        } catch {
            throw Outcome.publicError(error)
        }
        return SubmittedCall(core: core, origin: callable.origin)
    }

    @usableFromInline
    func submitEncoded<Call: RemoteCall>(_ call: Call) throws -> Future<Call.Output> {
        let core = FutureCore()
        do throws(PoolFailure) {
            try queue.checkOpen()
            let failure = encode(call, mayHaveArrays: true) { number, bytes, arrays throws(PoolFailure) in
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

    /// Returns the number of a callable whose calls travel as their bytes. Returns nil for other callables, and before
    /// the first call.
    func trivialCallable(_ type: ObjectIdentifier) -> (id: CallableID, coder: TrivialCoder)? {
        guard let callable = callables.known(type), let coder = callable.coder else { return nil }
        return (callable.id, coder)
    }

    /// Calls `body` with the callable's number and the encoded arguments. Returns the error if the call cannot be
    /// encoded.
    func encode<Call: RemoteCall>(
        _ call: Call,
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

    func shutdown(cancelFutures: Bool) {
        queue.close(cancelQueued: cancelFutures)
        if ownsPool { pool.stop() }
    }

    func waitUntilFinished() {
        // The workers do not belong to this process, which was forked.
        if pool.isForked { return }
        _ = queue.finished.wait(until: nil)
        if ownsPool { _ = pool.stopped.wait(until: nil) }
        pool.callbacks.drain()
    }

    func finished() async {
        _ = await queue.finished.surelyEnded()
        if ownsPool { _ = await pool.stopped.surelyEnded() }
        let drained = FutureCore()
        pool.callbacks.add { drained.complete(.value(NoResult())) }
        _ = await drained.surelyEnded()
    }
}

// MARK: - Callables

/// A type of calls that the executor knows.
private final class KnownCallable: Sendable {
    let id: CallableID
    let definition: CallableDefinition
    /// Tells whether a call may travel as its bytes; nil if no call of this type does.
    let coder: TrivialCoder?
    /// A `FutureOrigin` of the calls' output.
    let origin: any AnyObject & Sendable

    init<Call: RemoteCall>(
        _ type: Call.Type,
        _ id: CallableID,
        definition: CallableDefinition,
        origin: any AnyObject & Sendable
    ) {
        self.id = id
        self.definition = definition
        coder = definition.encoding == .trivial ? TrivialCoder(type) : nil
        self.origin = origin
    }

    /// Returns the encoding of a call, and the number of the callable with that encoding.
    func encoding(of call: some RemoteCall, _ pool: Pool) -> (CallableID, ValueEncoding) {
        guard let coder, !coder.accepts(call) else { return (id, definition.encoding) }
        // The conformance of this call behaves differently from that of the calls before. This is rare.
        let other = CallableDefinition(name: definition.name, encoding: .cborOutOfBand)
        return (pool.callables.id(of: other), other.encoding)
    }
}

/// The callables that an executor knows, by their types. The pool has those that calls name.
private final class CallableCache: Sendable {
    private struct State {
        var all: [ObjectIdentifier: KnownCallable] = [:]
        /// The full names of callables that calls name, where the full name differs.
        var fullNames: [String: String] = [:]
        /// The type that was asked for last. The next call is most often of the same type.
        var lastType: ObjectIdentifier?
        var last: KnownCallable?
    }

    private let naming: CallableNaming
    private let state = Locked(State())

    init(_ naming: CallableNaming) { self.naming = naming }

    func known(_ type: ObjectIdentifier) -> KnownCallable? {
        state.withLock { state in
            if state.lastType == type { return state.last }
            guard let callable = state.all[type] else { return nil }
            (state.lastType, state.last) = (type, callable)
            return callable
        }
    }

    /// Calls `body` with the callable's number and the encoded arguments.
    func encode<Call: RemoteCall, Result>(
        _ call: Call,
        _ pool: Pool,
        mayHaveArrays: Bool,
        _ body: (_ callable: CallableID, _ bytes: UnsafeRawBufferPointer, _ arrays: [NumberArray]) throws -> Result
    ) throws -> Result {
        let type = ObjectIdentifier(Call.self)
        if let callable = known(type) {
            let (id, encoding) = callable.encoding(of: call, pool)
            return try ValueCoding.withBytes(of: call, encoding, mayHaveArrays: mayHaveArrays) {
                try body(id, $0, $1)
            }
        }
        if let call = call as? any NamedRemoteCall {
            let definition = CallableDefinition(name: try name(of: call), encoding: .cbor)
            return try call.arguments.withUnsafeBytes { try body(pool.callables.id(of: definition), $0, []) }
        }
        let definition = try SwiftLanguage.definition(of: call, naming)
        let id = pool.callables.id(of: definition)
        let origin = FutureOrigin<Call.Output>(decodingFor: pool)
        let callable = KnownCallable(Call.self, id, definition: definition, origin: origin)
        state.withLock { $0.all[type] = callable }
        return try ValueCoding.withBytes(of: call, definition.encoding, mayHaveArrays: mayHaveArrays) {
            try body(id, $0, $1)
        }
    }

    private func name(of call: any NamedRemoteCall) throws -> String {
        guard naming == .withLibrary else { return call.wireName }
        if let known = state.withLock({ $0.fullNames[call.wireName] }) { return known }
        let name = try naming.name(ofNamed: call.wireName)
        state.withLock { $0.fullNames[call.wireName] = name }
        return name
    }
}
