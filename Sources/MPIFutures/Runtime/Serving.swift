package import Pool
package import Transport
package import Wire
package import Worker

// The two ends of a pool that the launcher makes, with everything that Swift callables need.

extension Pool {
    /// The pool of all executors of a program under the launcher.
    package static func shared(over transport: any MasterTransport) throws -> Pool {
        try Pool(transport: transport, describeFailure: SwiftLanguage.describe)
    }
}

extension ServeLoop {
    /// A worker that runs Swift callables.
    package static func swift(over transport: any WorkerTransport, _ identity: WorkerIdentity) -> ServeLoop {
        ServeLoop(transport: transport, language: SwiftLanguage(), identity: identity)
    }
}
