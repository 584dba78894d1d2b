/// The reason why a task has no value, as it travels from the worker to the master.
package struct TaskFailure: Codable, Sendable {
    /// The step at which a task failed.
    package enum Stage: String, Codable, Sendable {
        /// The worker does not know the callable.
        case lookingUp
        /// The worker could not decode the arguments.
        case decodingArguments
        /// The executor's initializer failed on this worker.
        case initializing
        /// The callable threw.
        case running
        /// The worker could not encode the result.
        case encodingResult
    }

    package var stage: Stage
    /// The error's type, as Swift prints it.
    package var typeName: String
    package var message: String
    package var callable: String
    package var rank: Int
    package var worldSize: Int
    package var host: String
    /// The name under which the master finds the error's type, and the error itself in CBOR, if it is `Codable`.
    package var wireName: String?
    package var encoded: [UInt8]?
    /// How the call ended its worker process; nil if the worker process lives.
    package var end: WorkerEnd?
    /// The last lines that the worker process wrote to standard error, if it has ended.
    package var lastWords: String?

    package init(
        stage: Stage,
        typeName: String,
        message: String,
        callable: String,
        rank: Int,
        worldSize: Int,
        host: String,
        wireName: String? = nil,
        encoded: [UInt8]? = nil,
        end: WorkerEnd? = nil,
        lastWords: String? = nil
    ) {
        self.stage = stage
        self.typeName = typeName
        self.message = message
        self.callable = callable
        self.rank = rank
        self.worldSize = worldSize
        self.host = host
        self.wireName = wireName
        self.encoded = encoded
        self.end = end
        self.lastWords = lastWords
    }
}
