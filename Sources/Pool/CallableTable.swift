internal import Waiting
package import Wire

/// The callables that a pool's tasks have named so far, and the numbers that stand for them.
package final class CallableTable: Sendable {
    private struct State {
        var numbers: [CallableDefinition: Int] = [:]
        var definitions: [CallableDefinition] = []
    }

    private let state = Locked(State())

    package init() {}

    /// The number of a callable; a new one if it has none yet.
    package func number(of definition: CallableDefinition) -> Int {
        state.withLock { state in
            if let number = state.numbers[definition] { return number }
            let number = state.definitions.count
            state.definitions.append(definition)
            state.numbers[definition] = number
            return number
        }
    }

    package var count: Int { state.withLock { $0.definitions.count } }
    package var definitions: [CallableDefinition] { state.withLock { $0.definitions } }
}
