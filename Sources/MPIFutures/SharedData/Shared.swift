internal import CBOR
internal import Identities
internal import Pool
internal import Worker

/// A large value that many calls use. The value travels to each worker once, and each call carries a handle of a few
/// bytes.
///
/// ```swift
/// let mesh = try executor.broadcast(Mesh(…))
/// let forces = try executor.map({ Force(mesh: mesh, node: $0) }, nodes).array()
/// ```
///
/// The workers release the value when the master's last handle is gone and the calls that were made with it have ended.
/// Use a handle in calls of the executor that it came from. Other executors on the same workers can use it while that
/// executor lives.
public struct Shared<Value: Codable & Sendable>: Codable, Sendable {
    private enum Place: Sendable {
        case master(Handle, Value)
        case worker(KeptValue)
    }

    private let place: Place

    /// The value. A worker decodes it at the first use.
    ///
    /// - Throws: `DecodingError` if the value cannot be decoded as this type.
    public var value: Value {
        get throws {
            switch place {
            case .master(_, let value): value
            case .worker(let kept): try kept.get { try CBORDecoder().decode(Value.self, from: $0) }
            }
        }
    }

    fileprivate init(_ handle: Handle, _ value: Value) { place = .master(handle, value) }

    /// Decodes the handle, and finds the value that was sent ahead of the call.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let id = SharedValueID(try container.decode(UInt32.self))
        guard let kept = TaskScope.current?.sharedValue(id) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "the shared value \(id) is not known here; it is for calls of its own executor"
            )
        }
        place = .worker(kept)
    }

    /// Encodes the handle, not the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        guard case .master(let handle, _) = place else {
            throw EncodingError.invalidValue(
                self,
                .init(codingPath: encoder.codingPath, debugDescription: "a shared value cannot be sent by a worker")
            )
        }
        try container.encode(handle.id.number)
    }
}

/// Keeps a value on the workers while this object exists.
private final class Handle: Sendable {
    let id: SharedValueID
    private let engine: ExecutorEngine

    init(_ content: [UInt8], _ engine: ExecutorEngine) {
        id = engine.pool.share(content)
        self.engine = engine
    }

    deinit { engine.pool.unshare(id, after: engine.queue) }
}

extension PoolExecutor {
    /// Sends a value to every worker, for later calls.
    ///
    /// The value is encoded before this function returns. There is no counterpart in Python.
    ///
    /// - Throws: `ExecutorError` if the executor is shut down or broken; the error of encoding the value.
    public func broadcast<Value: Codable & Sendable>(_ value: Value) throws -> Shared<Value> {
        try engine.checkOpen()
        return Shared(Handle(try CBOREncoder().encode(value), engine), value)
    }
}
