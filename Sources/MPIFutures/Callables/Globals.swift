internal import CBOR
internal import Worker

/// Named values that an executor gives to all its workers.
///
/// The counterpart in Python is the `globals` argument of `MPIPoolExecutor`.
public typealias Globals = [String: any Codable & Sendable]

/// Returns a value of the `globals` of the running task's executor.
///
/// The value travels to each worker once, and each worker decodes it once.
///
/// - Throws: `ExecutorError` outside of tasks, and for a name that the executor does not have; `DecodingError` if the
///   value is of another type.
public func global<Value: Codable & Sendable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    guard let scope = TaskScope.current else {
        throw ExecutorError(.notAllowed, "the global '\(name)' can be used only inside a task")
    }
    guard let value = scope.globals[name] else {
        let known = scope.globals.keys.sorted().joined(separator: ", ")
        throw ExecutorError(
            .invalidArgument,
            "the executor has no global '\(name)'; it has \(known.isEmpty ? "none" : known)"
        )
    }
    return try value.get { try CBORDecoder().decode(type, from: $0) }
}
