package import Identities

/// The data that every worker receives before the first task of an executor.
package struct ExecutorSetup: Sendable {
    /// The call that every worker makes first: the callable's number, and its encoded arguments.
    package var initializer: (callable: CallableID, arguments: [UInt8])?
    /// The executor's globals: values by name, in CBOR.
    package var globals: [String: [UInt8]] = [:]

    package init() {}

    var isEmpty: Bool { initializer == nil && globals.isEmpty }
}
