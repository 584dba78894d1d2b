package import Pool
package import Transport
package import Worker

/// The language of the calls. Workers use it to find callables, and the master uses it to describe failures.
///
/// This module does not depend on any language. The API passes its own language to each function that starts or serves
/// a pool.
package protocol CallLanguage: TaskLanguage {
    /// Describes a failure that `encode(_:)` has encoded, in words.
    func describe(encodedFailure bytes: UnsafeRawBufferPointer) -> String
}

extension Pool {
    /// Makes a pool whose workers are reached through `transport` and run calls of `language`.
    ///
    /// - Parameter whenStopped: Runs on the dispatcher's thread, immediately before `stopped` completes.
    package convenience init(
        transport: any MasterTransport,
        language: any CallLanguage,
        whenStopped: @escaping @Sendable () -> Void = {}
    ) throws {
        try self.init(
            transport: transport,
            describeFailure: { language.describe(encodedFailure: $0) },
            outageHandling: OutageHandling(language),
            whenStopped: whenStopped
        )
    }
}
