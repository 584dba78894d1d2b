package import Identities
package import Scheduling
internal import Synchronization
internal import Waiting
package import Wire

/// The callables that a pool's tasks have named so far, and the numbers that stand for them.
///
/// A callable has one number for each set of rules for further tries, so a task's number says what to do if it fails.
package final class CallableTable: Sendable {
    private struct Key: Hashable {
        let definition: CallableDefinition
        let rules: RetryRules
    }

    private struct State {
        var numbers: [Key: CallableID] = [:]
        var definitions: [CallableDefinition] = []
        var rules: [RetryRules] = []
    }

    private let state = Locked(State())
    private let mayRetryThrown = Atomic(false)

    package init() {}

    /// Returns the number of a callable. A new callable gets the next number.
    ///
    /// - Parameter rules: How often its calls are made again if they fail.
    package func id(of definition: CallableDefinition, _ rules: RetryRules = RetryRules()) -> CallableID {
        state.withLock { state in
            let key = Key(definition: definition, rules: rules)
            if let number = state.numbers[key] { return number }
            let id = CallableID(state.definitions.count)
            state.definitions.append(definition)
            state.rules.append(rules)
            state.numbers[key] = id
            if rules.retriesThrown { mayRetryThrown.store(true, ordering: .sequentiallyConsistent) }
            return id
        }
    }

    /// The definition of a number that `id` has returned.
    package subscript(id: CallableID) -> CallableDefinition { state.withLock { $0.definitions[id.number] } }

    package var count: Int { state.withLock { $0.definitions.count } }
    package var definitions: [CallableDefinition] { state.withLock { $0.definitions } }

    /// Returns how often calls of a callable are made again if they fail.
    func rules(of callable: CallableID) -> RetryRules {
        state.withLock { state in
            state.rules.indices.contains(callable.number) ? state.rules[callable.number] : RetryRules()
        }
    }

    /// Whether any call may be made again after a failure that leaves its worker alive.
    var retriesThrown: Bool { mayRetryThrown.load(ordering: .relaxed) }
}
