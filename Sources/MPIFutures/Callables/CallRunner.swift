internal import Synchronization
internal import PluginLoading
internal import Waiting
internal import Wire
internal import Worker

/// Runs calls of one Swift type.
final class CallRunner<Call: RemoteCallable>: TaskRunner {
    private let encoding: ValueEncoding
    private let output = OutputCoding<Call.Output>()
    // In generic code a look-up each.
    private let size = MemoryLayout<Call>.size
    private let outputSize = MemoryLayout<Call.Output>.size

    init(encoding: ValueEncoding) { self.encoding = encoding }

    var name: String { TypeIdentity.displayName(of: Call.self) }

    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        if encoding == .trivial, output.isTrivial, arguments.bytes.count == size {
            return try runTrivially(arguments.bytes, result)
        }
        let call = try decodeCall(Call.self, encoding, from: arguments)
        let value: Call.Output
        do { value = try call() } catch { throw TaskError(.running, error) }
        return try output.append(value, to: result, mayHaveArrays: encoding != .cbor)
    }

    /// Without any decoding or encoding.
    private func runTrivially(
        _ arguments: UnsafeRawBufferPointer,
        _ result: FrameBuffer
    ) throws(TaskError) -> ResultStatus {
        let place = result.extend(by: outputSize)
        // A call without arguments has no bytes, but needs an address.
        do { try Call.callTrivially(arguments.baseAddress ?? UnsafeRawPointer(place), place) } catch {
            throw TaskError(.running, error)
        }
        return .trivialValue
    }
}

/// Runs calls of one Swift type that suspend: the worker's thread waits for them.
final class AsyncCallRunner<Call: AsyncRemoteCallable>: TaskRunner {
    private let encoding: ValueEncoding
    private let output = OutputCoding<Call.Output>()

    init(encoding: ValueEncoding) { self.encoding = encoding }

    var name: String { TypeIdentity.displayName(of: Call.self) }

    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        let call = try decodeCall(Call.self, encoding, from: arguments)
        let outcome = Locked<Result<Call.Output, any Error>?>(nil)
        let done = Parker()
        let box = Box(outcome)
        let scope = TaskScope.current
        Task.detached {
            let value: Result<Call.Output, any Error>
            do {
                value = .success(try await TaskScope.during(scope) { try await call() })
            } catch {
                value = .failure(error)
            }
            box.outcome.withLock { $0 = value }
            done.unpark()
        }
        _ = done.park(until: nil)
        guard let value = box.outcome.withLock({ $0 }) else { fatalError("a call ended without a result") }
        do { return try output.append(value.get(), to: result, mayHaveArrays: encoding != .cbor) } catch let error
            as TaskError
        { throw error } catch {
            throw TaskError(.running, error)
        }
    }

    private final class Box: Sendable {
        let outcome: Locked<Result<Call.Output, any Error>?>
        init(_ outcome: consuming Locked<Result<Call.Output, any Error>?>) { self.outcome = outcome }
    }
}

private func decodeCall<Call: RemoteTask>(
    _ type: Call.Type,
    _ encoding: ValueEncoding,
    from arguments: TaskArguments
) throws(TaskError) -> Call {
    do {
        return try ValueCoding.decode(type, encoding, from: arguments.bytes, beside: arguments.takeArrays())
    } catch {
        throw TaskError(.decodingArguments, error)
    }
}

/// Encodes the results of one type; how, is judged by the first of them.
private final class OutputCoding<Output: Codable & Sendable>: Sendable {
    private static var undecided: UInt8 { .max }
    private let encoding = Atomic<UInt8>(.max)

    /// Whether results are known to travel as their bytes.
    var isTrivial: Bool { encoding.load(ordering: .relaxed) == ValueEncoding.trivial.rawValue }

    /// - Parameter mayHaveArrays: whether the caller takes arrays beside a result.
    func append(
        _ value: Output,
        to result: FrameBuffer,
        mayHaveArrays: Bool
    ) throws(TaskError) -> ResultStatus {
        do {
            let encoding = encoding(for: value)
            let mayHaveArrays = mayHaveArrays && result.mayHaveArraysBeside
            try ValueCoding.withBytes(of: value, encoding, mayHaveArrays: mayHaveArrays) { bytes, arrays in
                result.append(bytes)
                result.beside = arrays
            }
            return encoding == .trivial ? .trivialValue : .cborValue
        } catch {
            throw TaskError(.encodingResult, error)
        }
    }

    private func encoding(for value: Output) -> ValueEncoding {
        if let known = ValueEncoding(rawValue: encoding.load(ordering: .relaxed)) { return known }
        let judged = ValueCoding.encoding(for: value)
        encoding.store(judged.rawValue, ordering: .relaxed)
        return judged
    }
}
