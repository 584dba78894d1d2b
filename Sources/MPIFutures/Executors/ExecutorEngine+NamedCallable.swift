package import Pool

extension ExecutorEngine {
    /// Queues a call of a callable that is named in writing.
    ///
    /// - Parameter arguments: one CBOR data item: an array for arguments by position, a map for those with labels.
    /// - Throws: `ExecutorError` if the executor is shut down or broken.
    package func submit(_ callable: NamedCallable, arguments: [UInt8]) throws -> FutureCore {
        try submit(NamedCall(wireName: callable.wireName, arguments: arguments)).core
    }
}
