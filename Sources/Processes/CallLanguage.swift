package import Pool
package import Transport
package import Worker

/// The language of the calls, for both ends of a pool: workers find callables by it, and the master reads failures.
///
/// This module knows no language. The API passes its own to each function that starts or serves a pool.
package protocol CallLanguage: TaskLanguage {
    /// Puts a failure that `encode(_:)` has encoded into words.
    func describe(encodedFailure bytes: UnsafeRawBufferPointer) -> String
}

extension Pool {
    /// A pool of workers that are reached through `transport`, and run calls of `language`.
    ///
    /// - Parameter whenStopped: Runs on the dispatcher's thread as the last thing before `stopped` ends.
    package convenience init(
        transport: any MasterTransport,
        language: any CallLanguage,
        whenStopped: @escaping @Sendable () -> Void = {}
    ) throws {
        try self.init(
            transport: transport,
            describeFailure: { language.describe(encodedFailure: $0) },
            whenStopped: whenStopped
        )
    }
}
