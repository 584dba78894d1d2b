internal import CBOR
internal import Pool
internal import Synchronization
internal import Waiting
internal import Wire

/// What stands behind every executor: a queue of its own on a pool that it may share.
///
/// Public because `PoolExecutor` names it; it has nothing for use outside this library.
public final class ExecutorEngine: Sendable {
    let pool: Pool
    let queue: TaskQueue
    /// Whether the pool was started for this executor alone and ends with it.
    private let ownsPool: Bool
    private let callables = CallableCache()

    init(pool: Pool, ownsPool: Bool, initializer: (any RemoteTask)?, globals: Globals = [:]) throws {
        self.pool = pool
        self.ownsPool = ownsPool
        var setup = Pool.Setup()
        do {
            setup.initializer = try initializer.map { try Self.encode($0, pool) }
            setup.globals = try globals.mapValues { try CBOREncoder().encode($0) }
        } catch {
            if ownsPool { pool.stop() }
            throw error
        }
        queue = pool.open(setup)
    }

    deinit {
        // Does not wait: the last reference may go on a thread that the work itself needs, or because an error is on
        // its way out of the program, which then drops what is queued. The process waits in `Runtime.end`.
        shutdown(cancelFutures: false)
    }

    private static func encode<Call: RemoteTask>(
        _ call: Call,
        _ pool: Pool
    ) throws -> (callable: Int, arguments: [UInt8]) {
        try CallableCache().encode(call, pool) { (number, bytes) throws in (number, Array(bytes)) }
    }
}

// MARK: - Calls

extension ExecutorEngine {
    func submit<Call: RemoteTask>(_ call: Call) throws -> Future<Call.Output> {
        let core = FutureCore()
        do throws(PoolFailure) {
            try queue.checkOpen()
            let failure = encode(call) { number, bytes throws(PoolFailure) in
                try queue.append(callable: number, arguments: bytes, future: core)
            }
            switch failure {
            case nil: break
            case let failure as PoolFailure: throw failure
            case let error?: core.complete(.failure(error))
            }
        } catch {
            throw Outcome.publicError(error)
        }
        return Future(core, callbacks: pool.callbacks)
    }

    /// Calls `body` with the callable's number and the encoded arguments; returns what stood in the way.
    func encode<Call: RemoteTask>(
        _ call: Call,
        _ body: (_ number: Int, _ bytes: UnsafeRawBufferPointer) throws(PoolFailure) -> Void
    ) -> (any Error)? {
        do {
            try callables.encode(call, pool, body)
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

/// The numbers of the callables that an executor has met, by their types; those that calls name, the pool knows.
private final class CallableCache: Sendable {
    private let known = Locked<[ObjectIdentifier: (number: Int, encoding: ValueEncoding)]>([:])

    /// Calls `body` with the callable's number and the encoded arguments.
    func encode<Call: RemoteTask, Result>(
        _ call: Call,
        _ pool: Pool,
        _ body: (_ number: Int, _ bytes: UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let type = ObjectIdentifier(Call.self)
        if let (number, encoding) = known.withLock({ $0[type] }) {
            return try ValueCoding.withBytes(of: call, encoding) { try body(number, $0) }
        }
        if let call = call as? any NamedTask {
            let definition = CallableDefinition(name: call.wireName, encoding: .cbor)
            return try call.arguments.withUnsafeBytes { try body(pool.callables.number(of: definition), $0) }
        }
        let definition = try SwiftLanguage.definition(of: call)
        let number = pool.callables.number(of: definition)
        known.withLock { $0[type] = (number, definition.encoding) }
        return try ValueCoding.withBytes(of: call, definition.encoding) { try body(number, $0) }
    }
}
