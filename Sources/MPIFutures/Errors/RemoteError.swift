internal import CBOR
internal import Glibc
internal import PluginLoading
internal import Wire

/// The error of a call that failed on its worker. It tells where and why the call failed.
///
/// A future throws this error if the callable threw an error that is not `Codable`, or if arguments or result could not
/// be encoded or decoded. A future throws a `Codable` error, such as all errors of this library, as itself.
/// `Future.remoteError` then has the details.
public struct RemoteError: Error, Sendable, CustomStringConvertible {
    /// The step at which a call failed.
    public enum Stage: Sendable {
        /// The worker does not know the callable.
        case lookingUp
        /// The worker could not decode the arguments.
        case decodingArguments
        /// The executor's initializer failed on the worker.
        case initializing
        /// The callable threw.
        case running
        /// The worker could not encode the result.
        case encodingResult
    }

    /// The step at which the call failed.
    public let stage: Stage
    /// The type of the error that was thrown on the worker; empty for a task in C.
    public let typeName: String
    /// That error's text.
    public let message: String
    /// The callable's name.
    public let callable: String
    /// The worker's rank in the job's world communicator. Workers that are no ranks, such as threads, count from 1.
    public let rank: Int
    /// The size of that communicator.
    public let worldSize: Int
    /// The worker's host.
    public let host: String
    /// The error itself, if it is `Codable`.
    public let underlying: (any Error & Codable & Sendable)?
    /// How the call ended its worker process; nil if the worker process has survived the call.
    public let end: ProcessEnd?
    /// The last lines that the worker process wrote to standard error before it ended, at most 2 KiB; empty if it has
    /// survived the call.
    public let lastWords: String

    /// The way in which a call ended its worker process.
    public enum ProcessEnd: Hashable, Sendable {
        /// The call was killed by a signal: it crashed, or something outside killed it. `signal` is the number of the
        /// signal, such as `SIGSEGV`.
        case killed(signal: Int)
        /// The call ended the process by `exit` or a similar function, with this status.
        case exited(status: Int)
        /// The call took longer than its time limit, in seconds, and was ended.
        case timedOut(seconds: Double)
        /// The call needed more memory than its worker may have, or than there is.
        case outOfMemory
        /// The call overwrote memory that its process shares with the master.
        case damaged
        /// The worker was lost with its host, which died or fell silent. The call was not the cause, and may have been
        /// made.
        case lost
    }

    /// One line: callable, worker and error.
    public var description: String {
        let place = "rank \(rank) of \(worldSize) on \(host)"
        let error = typeName.isEmpty ? message : "\(typeName): \(message)"
        switch stage {
        case .lookingUp: return "\(callable): unknown on \(place): \(message)"
        case .decodingArguments: return "\(callable): arguments cannot be decoded on \(place): \(message)"
        case .initializing where end != nil: return "the initializer \(callable) \(error) on \(place)\(explanation)"
        case .initializing: return "the initializer \(callable) failed on \(place): \(error)"
        case .running where end != nil: return "\(callable) \(error) on \(place)\(explanation)"
        case .running: return "\(callable) failed on \(place): \(error)"
        case .encodingResult: return "\(callable): the result cannot be encoded on \(place): \(message)"
        }
    }
}

extension RemoteError {
    /// What the signal of a trap means, as the end of a sentence; empty for other ends, whose names say it.
    private var explanation: String {
        guard case .killed(let signal) = end, [SIGILL, SIGTRAP].contains(CInt(truncatingIfNeeded: signal)) else {
            return ""
        }
        // The Swift runtime writes this line before it traps, unless the optimiser has removed the text.
        if let reason = lastWords.split(separator: "\n").last(where: { $0.contains("Fatal error") }) {
            return ": a trap of the Swift runtime: \(reason)"
        }
        return ": a trap of the Swift runtime, such as for an index out of range or a division by zero, or an "
            + "illegal instruction; compile without -O to see the reason"
    }

    init(_ failure: TaskFailure) {
        switch failure.stage {
        case .lookingUp: stage = .lookingUp
        case .decodingArguments: stage = .decodingArguments
        case .initializing: stage = .initializing
        case .running: stage = .running
        case .encodingResult: stage = .encodingResult
        }
        typeName = failure.typeName
        message = failure.message
        callable = failure.callable
        rank = failure.rank
        worldSize = failure.worldSize
        host = failure.host
        underlying = Self.decodeUnderlying(failure)
        end = failure.end.map { ProcessEnd($0) }
        lastWords = failure.lastWords ?? ""
    }

    init(cbor bytes: UnsafeRawBufferPointer) throws {
        self.init(try CBORDecoder().decode(TaskFailure.self, from: bytes))
    }

    private static func decodeUnderlying(_ failure: TaskFailure) -> (any Error & Codable & Sendable)? {
        guard let name = failure.wireName, let encoded = failure.encoded,
            let type = TypeIdentity.type(named: name) as? any (Error & Codable & Sendable).Type
        else { return nil }
        return decode(type, encoded)
    }

    private static func decode<Failure: Error & Codable & Sendable>(
        _ type: Failure.Type,
        _ bytes: [UInt8]
    ) -> (any Error & Codable & Sendable)? {
        bytes.withUnsafeBytes { try? CBORDecoder().decode(type, from: $0) }
    }

    /// The error that a future or a map throws: `underlying` if possible.
    ///
    /// If the callable is unknown, the call never began, so the error is this one.
    var thrown: any Error { stage == .lookingUp ? self : underlying ?? self }
}

extension RemoteError: Codable {
    /// Decodes an error that a call received on another worker.
    public init(from decoder: any Decoder) throws { self.init(try TaskFailure(from: decoder)) }

    /// Encodes the error, together with `underlying`.
    public func encode(to encoder: any Encoder) throws {
        let encoded = underlying.flatMap { EncodedError($0) }
        let stage: TaskFailure.Stage =
            switch stage {
            case .lookingUp: .lookingUp
            case .decodingArguments: .decodingArguments
            case .initializing: .initializing
            case .running: .running
            case .encodingResult: .encodingResult
            }
        try TaskFailure(
            stage: stage,
            typeName: typeName,
            message: message,
            callable: callable,
            rank: rank,
            worldSize: worldSize,
            host: host,
            wireName: encoded?.wireName,
            encoded: encoded?.bytes,
            end: end.map { WorkerEnd($0) },
            lastWords: end == nil ? nil : lastWords
        ).encode(to: encoder)
    }
}

extension RemoteError.ProcessEnd {
    fileprivate init(_ end: WorkerEnd) {
        switch end {
        case .killed(let signal): self = .killed(signal: signal)
        case .exited(let status): self = .exited(status: status)
        case .timedOut(let seconds): self = .timedOut(seconds: seconds)
        case .outOfMemory: self = .outOfMemory
        case .damaged: self = .damaged
        case .lost: self = .lost
        }
    }
}

extension WorkerEnd {
    fileprivate init(_ end: RemoteError.ProcessEnd) {
        switch end {
        case .killed(let signal): self = .killed(signal: signal)
        case .exited(let status): self = .exited(status: status)
        case .timedOut(let seconds): self = .timedOut(seconds: seconds)
        case .outOfMemory: self = .outOfMemory
        case .damaged: self = .damaged
        case .lost: self = .lost
        }
    }
}
