internal import CBOR
internal import Identities
internal import Plans
internal import Pool
internal import Waiting
internal import Wire

/// Queues the elements of a map. It encodes them, collects their records, and passes the records on in pieces.
///
/// The feeder passes the first piece on at once and the others soon, so that workers begin while a long or slow
/// sequence is still being iterated.
@usableFromInline final class MapFeeder {
    private static let pieceTime: UInt64 = 200_000
    private static let pieceCount = 4096
    private static let pieceSize = 1 << 16

    private let engine: ExecutorEngine
    let map: MapCore
    private let chunkSize: Int?
    private let callables: CallableCache

    // One thread uses a feeder, and its functions are not reentrant.
    @exclusivity(unchecked) private var records = FrameBuffer(capacity: 256)
    /// The number of elements in `records`.
    @exclusivity(unchecked) private var count = 0
    @exclusivity(unchecked) private var began = Instant.now
    /// The callable, and the type of its calls if they travel as their bytes. (Swift 6.3 without optimisation misreads
    /// one optional tuple of both.)
    @exclusivity(unchecked) private var trivialType: ObjectIdentifier?
    @exclusivity(unchecked) private var trivialCallable: CallableID = 0
    @exclusivity(unchecked) private var trivialCoder: TrivialCoder?
    /// The same coder, without counting references to it for each element.
    @exclusivity(unchecked) private var uncountedCoder: Unmanaged<TrivialCoder>?
    /// The same type if its conformance does not run.
    @exclusivity(unchecked) private var bitwiseType: ObjectIdentifier?
    /// The callable, and the type of its calls if they travel by their plan.
    @exclusivity(unchecked) private var plannedType: ObjectIdentifier?
    @exclusivity(unchecked) private var plannedCallable: CallableID = 0
    @exclusivity(unchecked) private var plan: PlanCoder?

    /// Whether elements may have out-of-band arrays. Chunks of a size that the user has chosen stay together.
    private let mayHaveArrays: Bool

    init(_ engine: ExecutorEngine, _ map: MapCore, chunkSize: Int?, _ callables: CallableCache) {
        mayHaveArrays = chunkSize == nil && engine.pool.movesArrays
        self.callables = callables
        self.engine = engine
        self.map = map
        self.chunkSize = chunkSize
    }

    /// Adds an element. An element that cannot be encoded fails alone.
    ///
    /// The function is inlined into the caller's module, where the type of the call is known.
    @inlinable
    func add<Call: RemoteCall>(_ call: Call) throws {
        if _isPOD(Call.self) {
            let isAdded = try withTrivialBytes(of: call) { bytes in
                try addTrivial(bytes, of: ObjectIdentifier(Call.self)) { try call.encode(to: $0) }
            }
            if isAdded { return }
        }
        let isAdded = try withUnsafePointer(to: call) { place in
            try addPlanned(UnsafeRawPointer(place), of: ObjectIdentifier(Call.self))
        }
        if !isAdded { try addEncoded(call) }
    }

    /// Adds an element by its bytes. Returns false if its type does not travel as bytes, or is new to the feeder, or if
    /// the bytes do not say the same as the encoding.
    ///
    /// The function is not generic: it would look types up for each call.
    @usableFromInline
    func addTrivial(
        _ bytes: UnsafeRawBufferPointer,
        of type: ObjectIdentifier,
        encode: (any Encoder) throws -> Void
    ) throws -> Bool {
        if bitwiseType != type {
            guard trivialType == type || learn(type) else { return false }
            let isAccepted = uncountedCoder?._withUnsafeGuaranteedRef { $0.accepts(bytes, encode: encode) }
            guard isAccepted == true else { return false }
        }
        try append(bytes)
        return true
    }

    /// Notes the type of the next calls. Returns false if they do not travel as bytes, or are new to the executor.
    @inline(never)
    private func learn(_ type: ObjectIdentifier) -> Bool {
        guard let (callable, coder) = callables.trivial(type) else { return false }
        (trivialType, trivialCallable, trivialCoder) = (type, callable, coder)
        uncountedCoder = .passUnretained(coder)
        bitwiseType = coder.isBitwise ? type : nil
        return true
    }

    /// Adds the element at `place` by its plan. Returns false if it does not travel so, or if its type is new to the
    /// executor.
    ///
    /// The function is not generic: it would look types up for each call.
    @usableFromInline
    func addPlanned(_ place: UnsafeRawPointer, of type: ObjectIdentifier) throws -> Bool {
        guard plannedType == type || learnPlanned(type), let plan else { return false }
        var alone: FrameBuffer?
        let isEncoded: Bool
        do {
            isEncoded = try plan.encode(at: place, mayHaveArrays: mayHaveArrays) { bytes, arrays in
                alone = append(callable: plannedCallable, bytes, arrays)
            }
        } catch {
            try failElement(error)
            return true
        }
        guard isEncoded else { return false }
        if let alone { try add(alone) } else { try finishElement() }
        return true
    }

    /// Notes the type of the next calls. Returns false if they do not travel by their plan, or are new to the executor.
    @inline(never)
    private func learnPlanned(_ type: ObjectIdentifier) -> Bool {
        guard let (callable, plan) = callables.planned(type) else { return false }
        (plannedType, plannedCallable, self.plan) = (type, callable, plan)
        return true
    }

    /// Appends the record of an element. Returns a frame instead if the element has out-of-band arrays.
    private func append(
        callable: CallableID,
        _ bytes: UnsafeRawBufferPointer,
        _ arrays: [NumberArray]
    ) -> FrameBuffer? {
        if arrays.isEmpty {
            records.append(callable: callable, arguments: bytes)
            return nil
        }
        let frame = TaskQueue.frame(callable: callable, arguments: bytes)
        frame.outOfBand = arrays
        return frame
    }

    /// Counts an element whose record has been appended.
    private func finishElement() throws {
        count += 1
        if isPieceFull(records.count) { try flush() }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws {
        // The reference is not counted: the feeder holds the buffer.
        let size = Unmanaged.passUnretained(records)._withUnsafeGuaranteedRef {
            $0.append(callable: trivialCallable, arguments: bytes)
            return $0.count
        }
        count += 1
        if isPieceFull(size) { try flush() }
    }

    @usableFromInline
    func addEncoded<Call: RemoteCall>(_ call: Call) throws {
        var alone: FrameBuffer?
        let failure = engine.encode(call, callables, mayHaveArrays: mayHaveArrays) {
            number,
            bytes,
            arrays throws(PoolFailure) in
            alone = append(callable: number, bytes, arrays)
        }
        if let alone { return try add(alone) }
        if let failure { return try failElement(failure) }
        try finishElement()
    }

    /// Adds an element that cannot be encoded. It fails alone.
    private func failElement(_ failure: any Error) throws {
        try flush()
        let index = map.extend(by: 1)
        map.fail(index..<index + 1, with: failure)
    }

    /// Adds an element with out-of-band arrays.
    private func add(_ frame: FrameBuffer) throws {
        try flush()
        do throws(PoolFailure) {
            try engine.queue.append(frame: frame, of: map, index: map.extend(by: 1))
        } catch {
            throw Outcome.publicError(error)
        }
    }

    /// Returns whether the records, of `size` bytes, are to be passed on.
    private func isPieceFull(_ size: Int) -> Bool {
        if let chunkSize, count % chunkSize != 0 { return false }
        // Reading the clock costs as much as the rest of the function.
        return count >= Self.pieceCount || size >= Self.pieceSize
            || count & 3 == 1 && Instant.now.nanoseconds(since: began) > Self.pieceTime
    }

    /// Queues the elements that have been collected.
    func flush() throws {
        guard count > 0 else { return }
        let first = map.extend(by: count)
        do throws(PoolFailure) {
            try engine.queue.append(records: records, count: count, of: map, first: first, chunkSize: chunkSize)
        } catch {
            throw Outcome.publicError(error)
        }
        records = FrameBuffer(capacity: min(Self.pieceSize, records.count + records.count / 4))
        count = 0
        began = Instant.now
    }

    /// Queues the remaining elements, and ends the map: no more elements will come.
    @usableFromInline
    func finish() throws {
        try flush()
        map.finishProducing()
    }
}
