internal import Plans
internal import Synchronization
internal import PluginLoading
internal import Waiting
internal import Wire
internal import Worker

/// Runs calls of one Swift type.
final class CallRunner<Call: RemoteCallable>: TaskRunner {
    private let encoding: ValueEncoding
    private let output = OutputCoding<Call.Output>()
    private let plan: PlanCoder?
    /// The coder of the calls; nil if they do not travel as their bytes.
    private let coder: TrivialCoder?
    /// The same, without counting references to it for each call.
    private let uncountedCoder: Unmanaged<TrivialCoder>?
    private let hasBitwiseOutput = isBitwiseCodable(Call.Output.self)
    /// Whether neither the call's conformance nor its result's runs.
    private let isBitwise: Bool
    // In generic code a look-up each.
    private let size = MemoryLayout<Call>.size
    private let outputSize = MemoryLayout<Call.Output>.size
    private let places = Places<Call, Call.Output>()

    init(encoding: ValueEncoding) {
        self.encoding = encoding
        plan = encoding == .planned ? ValueCoding.plan(of: Call.self) : nil
        coder = encoding == .trivial && _isPOD(Call.self) ? TrivialCoder(Call.self) : nil
        uncountedCoder = coder.map { .passUnretained($0) }
        isBitwise = hasBitwiseOutput && coder?.isBitwise == true
    }

    var name: String { TypeIdentity.displayName(of: Call.self) }

    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        guard hasBitwiseOutput, let uncountedCoder, arguments.bytes.count == size else {
            if let plan { return try runPlanned(arguments, plan, result) }
            return try runCoded(arguments, result)
        }
        if !isBitwise { return try runDecoded(arguments.bytes, uncountedCoder, result) }
        let place = result.extend(by: outputSize)
        // A call without arguments has no bytes, but needs an address.
        return try runTrivially(arguments.bytes.baseAddress ?? UnsafeRawPointer(place), place)
    }

    /// Makes the call that the conformance makes of its bytes.
    private func runDecoded(
        _ bytes: UnsafeRawBufferPointer,
        _ coder: Unmanaged<TrivialCoder>,
        _ result: FrameBuffer
    ) throws(TaskError) -> ResultStatus {
        // Until it has been made, the call lies behind its result.
        let end = result.count + outputSize
        let place = result.extend(by: outputSize + size)
        let call = place + outputSize
        let isDecoded = coder._withUnsafeGuaranteedRef {
            $0.decode(from: bytes) { try Call._decode(from: $0, to: call) }
        }
        if !isDecoded { try decodeEncoding(bytes, coder.takeUnretainedValue(), to: call) }
        let status = try runTrivially(UnsafeRawPointer(call), place)
        result.truncate(to: end)
        return status
    }

    @inline(never)
    private func decodeEncoding(
        _ bytes: UnsafeRawBufferPointer,
        _ coder: TrivialCoder,
        to place: UnsafeMutableRawPointer
    ) throws(TaskError) {
        do {
            let call = try coder.decodeEncoding(Call.self, from: bytes)
            withTrivialBytes(of: call) { bytes in
                UnsafeMutableRawBufferPointer(start: place, count: bytes.count).copyMemory(from: bytes)
            }
        } catch {
            throw TaskError(.decodingArguments, error)
        }
    }

    /// Makes a call that arrives by its plan.
    ///
    /// Call and result stay in memory without types: in generic code each use of a type is a look-up.
    private func runPlanned(
        _ arguments: TaskArguments,
        _ plan: PlanCoder,
        _ result: FrameBuffer
    ) throws(TaskError) -> ResultStatus {
        let outputStart = places.outputStart
        return try withMemory(places.size) { memory throws(TaskError) in
            let (call, value) = (memory, memory + outputStart)
            do { try plan.decode(to: call, from: arguments.bytes, outOfBand: arguments.takeArrays()) } catch {
                throw TaskError(.decodingArguments, error)
            }
            do {
                defer { plan.destroy(call) }
                try Call._call(at: call, to: value)
            } catch {
                throw TaskError(.running, error)
            }
            return try output.append(at: value, to: result, for: encoding)
        }
    }

    // Not inlined: the types that it needs would be looked up for each call.
    @inline(never)
    private func runCoded(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        let call: Call
        if let coder {
            do { call = try coder.decode(Call.self, from: arguments.bytes) } catch {
                throw TaskError(.decodingArguments, error)
            }
        } else {
            call = try decodeCall(Call.self, encoding, from: arguments, plan)
        }
        let value: Call.Output
        do { value = try call() } catch { throw TaskError(.running, error) }
        return try output.append(value, to: result, for: encoding)
    }

    /// Makes a call from its bytes, and writes those of its result.
    @inline(__always)
    private func runTrivially(
        _ call: UnsafeRawPointer,
        _ place: UnsafeMutableRawPointer
    ) throws(TaskError) -> ResultStatus {
        do { try Call._callTrivially(call, place) } catch { throw TaskError(.running, error) }
        return .trivialValue
    }
}

/// Runs calls of one Swift type that suspend. The worker's thread waits for each of them.
final class AsyncCallRunner<Call: AsyncRemoteCallable>: TaskRunner {
    private let encoding: ValueEncoding
    private let plan: PlanCoder?
    private let output = OutputCoding<Call.Output>()

    init(encoding: ValueEncoding) {
        self.encoding = encoding
        plan = encoding == .planned ? ValueCoding.plan(of: Call.self) : nil
    }

    var name: String { TypeIdentity.displayName(of: Call.self) }

    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
        let call = try decodeCall(Call.self, encoding, from: arguments, plan)
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
        do { return try output.append(value.get(), to: result, for: encoding) } catch let error
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

private func decodeCall<Call: RemoteCall>(
    _ type: Call.Type,
    _ encoding: ValueEncoding,
    from arguments: TaskArguments,
    _ plan: PlanCoder?
) throws(TaskError) -> Call {
    do {
        return try ValueCoding.decode(type, encoding, from: arguments.bytes, outOfBand: arguments.takeArrays(), plan)
    } catch {
        throw TaskError(.decodingArguments, error)
    }
}

/// Encodes the results of one type.
private final class OutputCoding<Output: Codable & Sendable>: Sendable {
    private let coder = _isPOD(Output.self) ? TrivialCoder(Output.self) : nil
    private let reportsFailure = Output.self is any FailureReporting.Type
    /// Walks the results; nil if they travel as CBOR. The master looks into results that may stand for failures.
    private let plan =
        Output.self is any FailureReporting.Type || Output.self is any SelectiveOutput.Type
        ? nil : ValueCoding.plan(of: Output.self)
    /// Whether results travel as their bytes, and no conformance runs.
    private let isBitwise = isBitwiseCodable(Output.self)
    private let size = MemoryLayout<Output>.size
    /// Whether a result has had another encoding than its bytes: then those behind it are not looked at.
    private let isIrregular = Atomic(false)

    /// Appends the value at `place`, and destroys it.
    ///
    /// - Parameter arguments: The encoding of the arguments, which says what the caller takes.
    func append(
        at place: UnsafeMutableRawPointer,
        to result: FrameBuffer,
        for arguments: ValueEncoding
    ) throws(TaskError) -> ResultStatus {
        if isBitwise {
            // A value of no bytes has none to copy.
            result.append(UnsafeRawBufferPointer(start: place, count: size))
            return .trivialValue
        }
        guard let plan, takesPlans(arguments) else { return try appendMoved(place, to: result, for: arguments) }
        let isPlanned: Bool
        do {
            isPlanned = try plan.encode(at: place, mayHaveArrays: result.mayHaveOutOfBandArrays) { bytes, arrays in
                result.append(bytes)
                if !arrays.isEmpty { result.outOfBand = arrays }
            }
        } catch {
            plan.destroy(place)
            throw TaskError(.encodingResult, error)
        }
        guard isPlanned else { return try appendMoved(place, to: result, for: arguments) }
        plan.destroy(place)
        return .plannedValue
    }

    // Not inlined: the types that it needs would be looked up for each value.
    @inline(never)
    private func appendMoved(
        _ place: UnsafeMutableRawPointer,
        to result: FrameBuffer,
        for arguments: ValueEncoding
    ) throws(TaskError) -> ResultStatus {
        try append(place.assumingMemoryBound(to: Output.self).move(), to: result, for: arguments)
    }

    private func takesPlans(_ arguments: ValueEncoding) -> Bool { arguments != .cbor && arguments != .recorded }

    /// - Parameter arguments: The encoding of the arguments, which says what the caller takes.
    func append(
        _ value: Output,
        to result: FrameBuffer,
        for arguments: ValueEncoding
    ) throws(TaskError) -> ResultStatus {
        do {
            let encoding = encoding(for: value)
            let mayHaveArrays = arguments != .cbor && result.mayHaveOutOfBandArrays
            if encoding != .trivial, takesPlans(arguments),
                try appendPlanned(value, to: result, mayHaveArrays: mayHaveArrays)
            {
                return .plannedValue
            }
            try ValueCoding.withBytes(of: value, encoding, mayHaveArrays: mayHaveArrays) { bytes, arrays in
                result.append(bytes)
                result.outOfBand = arrays
            }
            if reportsFailure, (value as? any FailureReporting)?.hasFailed == true { return .failedValue }
            return encoding == .trivial ? .trivialValue : .cborValue
        } catch {
            throw TaskError(.encodingResult, error)
        }
    }

    /// Returns false, and appends nothing, if the value has to travel as CBOR.
    private func appendPlanned(_ value: Output, to result: FrameBuffer, mayHaveArrays: Bool) throws -> Bool {
        let isPlanned: Void? = try plan?.encode(value, mayHaveArrays: mayHaveArrays) { bytes, arrays in
            result.append(bytes)
            result.outOfBand = arrays
        }
        return isPlanned != nil
    }

    private func encoding(for value: Output) -> ValueEncoding {
        guard let coder, !isIrregular.load(ordering: .relaxed) else { return .cborOutOfBand }
        if coder.accepts(value) { return .trivial }
        isIrregular.store(true, ordering: .relaxed)
        return .cborOutOfBand
    }
}

/// Where a call and its result lie in one piece of memory.
private struct Places<Call, Output> {
    let outputStart: Int
    let size: Int

    init() {
        let alignment = MemoryLayout<Output>.alignment
        outputStart = (MemoryLayout<Call>.size + alignment - 1) & ~(alignment - 1)
        size = outputStart + MemoryLayout<Output>.size
    }
}

/// Calls `body` with memory for `size` bytes.
@inline(__always)
private func withMemory<Result>(
    _ size: Int,
    _ body: (UnsafeMutableRawPointer) throws(TaskError) -> Result
) throws(TaskError) -> Result {
    // Memory of a constant size is on the stack. No type is aligned to more.
    if size <= 1024 {
        return try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { memory throws(TaskError) in
            try body(memory.baseAddress.unsafelyUnwrapped)
        }
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    defer { memory.deallocate() }
    return try body(memory)
}
