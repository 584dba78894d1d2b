internal import CBOR
internal import Identities
internal import Pool
internal import Scheduling
internal import Waiting
internal import Wire

/// A type of calls that the executor knows.
final class KnownCallable: Sendable {
    let id: CallableID
    let definition: CallableDefinition
    private let rules: RetryRules
    /// Tells whether a call may travel as its bytes; nil if no call of this type does.
    let coder: TrivialCoder?
    /// A `FutureOrigin` of the calls' output.
    let origin: any AnyObject & Sendable

    init<Call: RemoteCall>(
        _ type: Call.Type,
        _ id: CallableID,
        definition: CallableDefinition,
        _ rules: RetryRules,
        origin: any AnyObject & Sendable
    ) {
        self.rules = rules
        self.id = id
        self.definition = definition
        coder = definition.encoding == .trivial ? TrivialCoder(type) : nil
        self.origin = origin
    }

    /// Returns the encoding of a call, and the number of the callable with that encoding.
    func encoding(of call: some RemoteCall, _ pool: Pool) -> (CallableID, ValueEncoding) {
        guard let coder, !coder.accepts(call) else { return (id, definition.encoding) }
        // The conformance of this call behaves differently from that of the calls before. This is rare.
        let other = CallableDefinition(name: definition.name, encoding: .cborOutOfBand, limit: definition.limit)
        return (pool.callables.id(of: other, rules), other.encoding)
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
    private let state = Locked(State())

    init(_ naming: CallableNaming, _ terms: CallTerms) {
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
        if let callable = known(type) {
            let (id, encoding) = callable.encoding(of: call, pool)
            return try ValueCoding.withBytes(of: call, encoding, mayHaveArrays: mayHaveArrays) {
                try body(id, $0, $1)
            }
        }
        if let call = call as? any NamedRemoteCall {
            let definition = CallableDefinition(name: try name(of: call), encoding: .cbor, limit: terms.limit)
            let id = pool.callables.id(of: definition, terms.rules)
            return try call.arguments.withUnsafeBytes { try body(id, $0, []) }
        }
        let definition = try SwiftLanguage.definition(of: call, naming).limited(terms.limit)
        let id = pool.callables.id(of: definition, terms.rules)
        let origin = FutureOrigin<Call.Output>(decodingFor: pool)
        let callable = KnownCallable(Call.self, id, definition: definition, terms.rules, origin: origin)
        state.withLock { $0.all[type] = callable }
        return try ValueCoding.withBytes(of: call, definition.encoding, mayHaveArrays: mayHaveArrays) {
            try body(id, $0, $1)
        }
    }

    /// Returns the number of a callable whose calls travel as their bytes. Returns nil for other callables, and before
    /// the first call.
    func trivial(_ type: ObjectIdentifier) -> (id: CallableID, coder: TrivialCoder)? {
        guard let callable = known(type), let coder = callable.coder else { return nil }
        return (callable.id, coder)
    }

    private func name(of call: any NamedRemoteCall) throws -> String {
        guard naming == .withLibrary else { return call.wireName }
        if let known = state.withLock({ $0.fullNames[call.wireName] }) { return known }
        let name = try naming.name(ofNamed: call.wireName)
        state.withLock { $0.fullNames[call.wireName] = name }
        return name
    }
}
