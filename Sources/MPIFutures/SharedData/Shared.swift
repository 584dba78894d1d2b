internal import CBOR
internal import Identities
internal import Pool
internal import Wire
internal import Worker

/// A large value that many calls use. The value travels to each worker once, and each call carries a handle of a few
/// bytes.
///
/// ```swift
/// let mesh = try executor.broadcast(Mesh(…))
/// let forces = try executor.map({ Force(mesh: mesh, node: $0) }, nodes).array()
/// ```
///
/// The workers of a host have one copy of the encoded value, in memory that all of them can read. Workers on other hosts
/// than the master's do if calls are isolated. Each worker decodes ``value`` into a copy of its own. Calls read large
/// arrays of numbers by ``withSpan(_:)``, without a copy.
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
            case .worker(let kept): try kept.get { try Self.decode($0, kept.encoding) }
            }
        }
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, _ encoding: SharedEncoding) throws -> Value {
        guard encoding == .flat else { return try CBORDecoder().decode(Value.self, from: bytes) }
        guard let type = Value.self as? any FlatArray.Type, let value = type.init(flat: bytes) as? Value else {
            throw DecodingError.typeMismatch(
                Value.self,
                .init(codingPath: [], debugDescription: "the shared value is an array of another type")
            )
        }
        return value
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

extension Shared {
    /// Calls `body` with the elements of a shared array, where they are.
    ///
    /// On the master's host all workers read the same memory if the elements are numbers, or if their type conforms to
    /// ``BitwiseCodable`` and is trivial. Elsewhere, and for other elements, a worker has an array of its own, as for
    /// ``value``.
    ///
    /// ```swift
    /// struct Mean: RemoteCallable {
    ///     var samples: Shared<[Double]>
    ///     func callAsFunction() throws -> Double {
    ///         try samples.withSpan { span in
    ///             span.indices.reduce(0) { $0 + span[$1] } / Double(span.count)
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// - Throws: What `body` throws, or the error of ``value``.
    public func withSpan<Element: BitwiseCopyable, Result>(
        _ body: (Span<Element>) throws -> Result
    ) throws -> Result where Value == [Element] {
        if case .worker(let kept) = place, kept.encoding == .flat {
            // The handle keeps the bytes where they are.
            let result = try kept.withBytes { bytes -> Result? in
                guard let elements = bytes.flatElements(Element.self) else { return nil }
                return try body(elements.span)
            }
            if let result { return result }
        }
        let array = try value
        return try body(array.span)
    }
}

/// Keeps a value on the workers while this object exists.
private final class Handle: Sendable {
    let id: SharedValueID
    private let engine: ExecutorEngine

    init<Value: Codable>(_ value: Value, _ engine: ExecutorEngine) throws {
        if let array = value as? any FlatArray, type(of: array).isFlat {
            id = array.withFlatBytes { engine.pool.share(.flat, $0) }
        } else {
            id = try CBOREncoder().encode(value).withUnsafeBytes { engine.pool.share(.cbor, $0) }
        }
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
        return Shared(try Handle(value, engine), value)
    }
}
