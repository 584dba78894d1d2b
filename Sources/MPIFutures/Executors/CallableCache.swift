internal import CBOR
internal import Identities
internal import Plans
internal import Pool
internal import Scheduling
internal import Synchronization
internal import Waiting
internal import Wire

/// A type of calls that the executor knows.
final class KnownCallable: Sendable {
    /// The definition of the calls as their bytes or as CBOR; the first call decides.
    private let definition: CallableDefinition
    private let rules: RetryRules
    private let pool: Pool
    /// The numbers of the callable by the encoding of the calls, as far as there have been any; -1 otherwise.
    private let trivialID = Atomic(-1)
    private let cborID = Atomic(-1)
    private let plannedID = Atomic(-1)
    /// Tells whether a call may travel as its bytes; nil if no call of this type does.
    let coder: TrivialCoder?
    /// Walks the calls; nil if they travel as CBOR.
    private let plan: PlanCoder?
    /// The encoding of calls that travel in no other way.
    private let otherEncoding: ValueEncoding
    /// A `FutureOrigin` of the calls' output.
    let origin: any AnyObject & Sendable

    init<Call: RemoteCall>(
        _ type: Call.Type,
        _ pool: Pool,
        definition: CallableDefinition,
        _ rules: RetryRules,
        isRecorded: Bool,
        origin: any AnyObject & Sendable
    ) {
        self.rules = rules
        self.pool = pool
        self.definition = definition
        // A journal finds calls by their bytes. Those by plan differ from run to run: some have no meaning, and others
        // depend on what has been seen of a type.
        plan = isRecorded ? nil : ValueCoding.plan(of: type)
        otherEncoding = isRecorded ? .recorded : .cborOutOfBand
        let mayBeTrivial = !isRecorded || ValueCoding.plan(of: Call.Output.self) == nil
        coder = definition.encoding == .trivial && mayBeTrivial ? TrivialCoder(type) : nil
        self.origin = origin
    }

    /// Calls `body` with the callable's number and the encoded arguments.
    func encode<Call: RemoteCall, Result>(
        _ call: Call,
        mayHaveArrays: Bool,
        _ body: (_ callable: CallableID, _ bytes: UnsafeRawBufferPointer, _ arrays: [NumberArray]) throws -> Result
    ) throws -> Result {
        if let coder, coder.accepts(call) { return try withTrivialBytes(of: call) { try body(id, $0, []) } }
        let result = try plan?.encode(call, mayHaveArrays: mayHaveArrays) { bytes, arrays in
            try body(id(.planned, plannedID), bytes, arrays)
        }
        if let result { return result }
        return try ValueCoding.withBytes(of: call, .cborOutOfBand, mayHaveArrays: mayHaveArrays) {
            try body(id(otherEncoding, cborID), $0, $1)
        }
    }

    /// The number of the callable for calls that travel as their bytes.
    var id: CallableID { id(.trivial, trivialID) }

    /// The number of the callable for calls that travel by their plan, and the plan. Nil if no call does, or if some
    /// travel as their bytes.
    var planned: (id: CallableID, plan: PlanCoder)? {
        guard coder == nil, let plan else { return nil }
        return (id(.planned, plannedID), plan)
    }

    private func id(_ encoding: ValueEncoding, _ cached: borrowing Atomic<Int>) -> CallableID {
        let known = cached.load(ordering: .relaxed)
        if known >= 0 { return CallableID(known) }
        let definition = CallableDefinition(name: definition.name, encoding: encoding, limit: definition.limit)
        let id = pool.callables.id(of: definition, rules)
        cached.store(id.number, ordering: .relaxed)
        return id
    }
}

/// The terms on which calls are made.
struct CallTerms: Hashable {
    /// How long a call may take.
    var limit = CallLimit.none
    /// How often a call that fails is made again.
    var rules = RetryRules()
}

/// The callables that an executor knows with one set of terms, by their types. The pool has those that calls name.
final class CallableCache: Sendable {
    private struct State {
        var all: [ObjectIdentifier: KnownCallable] = [:]
        /// The full names of callables that calls name, where the full name differs.
        var fullNames: [String: String] = [:]
        /// The type that was asked for last. The next call is most often of the same type.
        var lastType: ObjectIdentifier?
        var last: KnownCallable?
    }

    let naming: CallableNaming
    let terms: CallTerms
    /// Whether a journal records the calls.
    let isRecorded: Bool
    private let state = Locked(State())

    init(_ naming: CallableNaming, _ terms: CallTerms, isRecorded: Bool) {
        self.isRecorded = isRecorded
        self.naming = naming
        self.terms = terms
    }

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
        if let callable = known(type) { return try callable.encode(call, mayHaveArrays: mayHaveArrays, body) }
        if let call = call as? any NamedRemoteCall {
            let definition = CallableDefinition(name: try name(of: call), encoding: .cbor, limit: terms.limit)
            let id = pool.callables.id(of: definition, terms.rules)
            return try call.arguments.withUnsafeBytes { try body(id, $0, []) }
        }
        let definition = try SwiftLanguage.definition(of: call, naming).limited(terms.limit)
        let origin = FutureOrigin<Call.Output>(decodingFor: pool)
        let callable = KnownCallable(
            Call.self,
            pool,
            definition: definition,
            terms.rules,
            isRecorded: isRecorded,
            origin: origin
        )
        state.withLock { $0.all[type] = callable }
        return try callable.encode(call, mayHaveArrays: mayHaveArrays, body)
    }

    /// Returns the number of a callable whose calls travel as their bytes. Returns nil for other callables, and before
    /// the first call.
    func trivial(_ type: ObjectIdentifier) -> (id: CallableID, coder: TrivialCoder)? {
        guard let callable = known(type), let coder = callable.coder else { return nil }
        return (callable.id, coder)
    }

    /// Returns the number of a callable whose calls travel by their plan. Returns nil for other callables, and before
    /// the first call.
    func planned(_ type: ObjectIdentifier) -> (id: CallableID, plan: PlanCoder)? { known(type)?.planned }

    private func name(of call: any NamedRemoteCall) throws -> String {
        guard naming == .withLibrary else { return call.wireName }
        if let known = state.withLock({ $0.fullNames[call.wireName] }) { return known }
        let name = try naming.name(ofNamed: call.wireName)
        state.withLock { $0.fullNames[call.wireName] = name }
        return name
    }
}
