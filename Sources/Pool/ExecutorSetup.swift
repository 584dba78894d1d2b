package import Identities

/// What every worker gets before the first task of an executor.
package struct ExecutorSetup: Sendable {
    /// The call that every worker makes first, by the callable's number.
    package var initializer: (callable: CallableID, arguments: [UInt8])?
    /// Named values, in CBOR.
    package var globals: [String: [UInt8]] = [:]

    package init() {}

    var isEmpty: Bool { initializer == nil && globals.isEmpty }
}
