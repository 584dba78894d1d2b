internal import CBOR
internal import Worker

/// Named values that an executor gives to all its workers.
///
/// The counterpart in Python is the `globals` argument of `MPIPoolExecutor`.
public typealias Globals = [String: any Codable & Sendable]

/// A value that the executor of the running task was made with, under `globals`.
///
/// It travels to each worker once, and is decoded there once.
///
/// - Throws: `ExecutorError` outside of tasks and for a name that the executor was not given; `DecodingError` if the
///   value is of another type.
public func global<Value: Codable & Sendable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    guard let scope = TaskScope.current else {
        throw ExecutorError(.notAllowed, "the global '\(name)' is for use inside a task")
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
