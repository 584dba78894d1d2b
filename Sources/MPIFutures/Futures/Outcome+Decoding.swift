internal import CBOR
internal import Plans
internal import Pool
internal import Wire

extension Outcome {
    /// Returns the value.
    ///
    /// - Throws: The error that the user is to see.
    func get<Value: Sendable>(_ decode: (Payload) throws -> Value) throws -> Value {
        switch self {
        case .payload(let payload): return try decode(payload)
        case .value(let value):
            guard let value = value as? Value else {
                throw ExecutorError(.undecodableResult, "the result is not a \(Value.self)")
            }
            return value
        case .failure(let error): throw Self.publicError(error)
        case .cancelled: throw CancelledError()
        }
    }
}

extension Payload {
    /// Returns the value that the bytes encode.
    ///
    /// - Parameter plan: The plan of the type, if the caller knows it.
    /// - Throws: The error that the bytes describe, or that of decoding.
    func decoded<Value: Codable>(as type: Value.Type, _ plan: PlanCoder? = nil) throws -> Value {
        let (status, bytes) = try read()
        if status.isFailure { throw try RemoteError(cbor: bytes).thrown }
        let encoding: ValueEncoding =
            switch status {
            case .trivialValue: .trivial
            case .plannedValue: .planned
            default: .cborOutOfBand
            }
        do {
            return try ValueCoding.decode(type, encoding, from: bytes, outOfBand: buffer.outOfBand, plan)
        } catch {
            throw Outcome.publicError(ofDecoding: error, "the result cannot be decoded as \(type)")
        }
    }
}

extension Outcome {
    /// Returns the public error for an error of the pool.
    static func publicError(_ error: any Error) -> any Error {
        switch error {
        case PoolFailure.shutDown: ExecutorError.isShutDown
        case PoolFailure.drained: ExecutorError.isDrained
        case PoolFailure.broken(let cause): ExecutorError(.broken, "\(cause)")
        case is CancelledElement: CancelledError()
        default: error
        }
    }
}

extension Outcome {
    /// Returns the public error for an error in decoding a result. An error that an `init(from:)` threw stays as it is.
    /// If the bytes are at fault, the result is an `ExecutorError`.
    static func publicError(ofDecoding error: any Error, _ problem: String) -> any Error {
        guard error is CBORError || error is PlanError || error is WireError else { return error }
        return ExecutorError(.undecodableResult, "\(problem): \(error)")
    }
}

extension ExecutorError {
    static var isShutDown: ExecutorError { ExecutorError(.shutdown, "the executor was shut down") }

    static var isDrained: ExecutorError {
        ExecutorError(.drained, "no further calls begin: the executor was drained; start the run again for the others")
    }
}
