package import Identities
internal import Waiting
package import Wire

/// The callables that a pool's tasks have named so far, and the numbers that stand for them.
package final class CallableTable: Sendable {
    private struct State {
        var numbers: [CallableDefinition: CallableID] = [:]
        var definitions: [CallableDefinition] = []
    }

    private let state = Locked(State())

    package init() {}

    /// Returns the number of a callable. A new callable gets the next number.
    package func id(of definition: CallableDefinition) -> CallableID {
        state.withLock { state in
            if let number = state.numbers[definition] { return number }
            let id = CallableID(state.definitions.count)
            state.definitions.append(definition)
            state.numbers[definition] = id
            return id
        }
    }

    package var count: Int { state.withLock { $0.definitions.count } }
    package var definitions: [CallableDefinition] { state.withLock { $0.definitions } }
}
