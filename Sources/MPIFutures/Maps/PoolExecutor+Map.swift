internal import Pool
internal import Waiting

extension PoolExecutor {
    /// Makes a call for each element of a sequence, or of several sequences that advance together.
    ///
    /// The function iterates over the sequences and encodes the arguments before it returns. The shortest sequence ends
    /// the map. An element whose arguments cannot be encoded fails alone. A map over no sequences is empty.
    ///
    /// ```swift
    /// for power in try executor.map({ Power(base: $0, exponent: $1) }, bases, exponents).array() { … }
    /// ```
    ///
    /// The counterpart in Python is `Executor.map`.
    ///
    /// - Parameters:
    ///   - make: Makes a call from one element of each sequence: a closure, or an initializer of the callable.
    ///   - sequences: The arguments.
    ///   - timeout: From now on; a result that is taken later and is not there by then throws `TimeoutError`.
    ///   - chunkSize: How many calls travel together; nil lets the scheduler choose from the time that the calls take.
    ///   - unordered: Whether results come as they are made, not in the order of the arguments.
    ///   - options: Limits of each call.
    /// - Throws: `ExecutorError` if the executor is shut down or broken or `chunkSize` is not positive; what `make`
    ///   throws.
    public func map<each Arguments: Sequence, Call: RemoteCall>(
        _ make: (repeat (each Arguments).Element) throws -> Call,
        _ sequences: repeat each Arguments,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            let iterators = (repeat IteratorBox(each sequences))
            // A map over no sequences would never end. As in Python, it has no elements.
            guard hasElements(repeat each sequences) else { return }
            while true {
                // Only a throw can leave the expansion of a pack.
                let arguments: (repeat (each Arguments).Element)
                do { arguments = (repeat try (each iterators).next()) } catch { break }
                try feeder.add(make(repeat each arguments))
            }
        }
    }

    /// Makes a call for each element of a sequence. The function is inlined into the caller's module, so that trivial
    /// elements cost little.
    @inlinable
    public func map<Arguments: Sequence, Call: RemoteCall>(
        _ make: (Arguments.Element) throws -> Call,
        _ sequence: Arguments,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            for argument in sequence { try feeder.add(make(argument)) }
        }
    }

    /// Makes calls that exist already.
    ///
    /// - Parameters:
    ///   - calls: The calls. The function iterates over them before it returns.
    ///   - timeout: From now on; a result that is taken later and is not there by then throws `TimeoutError`.
    ///   - chunkSize: How many calls travel together; nil lets the scheduler choose from the time that the calls take.
    ///   - unordered: Whether results come as they are made, not in the order of the calls.
    ///   - options: Limits of each call.
    /// - Throws: `ExecutorError` if the executor is shut down or broken or `chunkSize` is not positive.
    public func map<Calls: Sequence>(
        _ calls: Calls,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Calls.Element.Output> where Calls.Element: RemoteCall {
        try map({ $0 }, calls, timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options)
    }

    /// Makes a call for each tuple of arguments.
    ///
    /// ```swift
    /// let powers = try executor.starmap({ Power(base: $0, exponent: $1) }, [(2, 10), (3, 5)]).array()
    /// ```
    ///
    /// The counterpart in Python is `MPIPoolExecutor.starmap`.
    ///
    /// - Parameters:
    ///   - make: Makes a call from the elements of a tuple: a closure, or an initializer of the callable.
    ///   - tuples: The arguments. The function iterates over them before it returns.
    ///   - timeout: From now on; a result that is taken later and is not there by then throws `TimeoutError`.
    ///   - chunkSize: How many calls travel together; nil lets the scheduler choose from the time that the calls take.
    ///   - unordered: Whether results come as they are made, not in the order of the tuples.
    ///   - options: Limits of each call.
    /// - Throws: `ExecutorError` if the executor is shut down or broken or `chunkSize` is not positive; what `make`
    ///   throws.
    public func starmap<each Argument, Tuples: Sequence, Call: RemoteCall>(
        _ make: (repeat each Argument) throws -> Call,
        _ tuples: Tuples,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> where Tuples.Element == (repeat each Argument) {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            for arguments in tuples { try feeder.add(make(repeat each arguments)) }
        }
    }

    /// Makes a call for each element of a sequence, or of several sequences that advance together, with back-pressure:
    /// at most `bufferSize` chunks are under way or wait to be taken.
    ///
    /// The sequences are iterated as results are taken, so they may be endless. An error that `make` throws is thrown
    /// when results are taken.
    ///
    /// The counterpart in Python is `Executor.map` with `buffersize`.
    ///
    /// - Parameters:
    ///   - make: Makes a call from one element of each sequence.
    ///   - sequences: The arguments.
    ///   - bufferSize: The most chunks that may be under way or wait to be taken.
    ///   - chunkSize: How many calls travel together; nil for 1.
    ///   - timeout: From now on; a result that is taken later and is not there by then throws `TimeoutError`.
    ///   - options: Limits of each call.
    /// - Throws: `ExecutorError` if the executor is shut down or broken, or a size is not positive.
    public func map<each Arguments: Sequence & Sendable, Call: RemoteCall>(
        _ make: @escaping @Sendable (repeat (each Arguments).Element) throws -> Call,
        _ sequences: repeat each Arguments,
        bufferSize: Int,
        chunkSize: Int? = nil,
        timeout: Duration? = nil,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> {
        guard bufferSize > 0 else {
            throw ExecutorError(.invalidArgument, "bufferSize is \(bufferSize), but must be at least 1")
        }
        try engine.checkMap(chunkSize)
        let deadline = timeout.map { Instant.after($0) }
        let map = MapCore(isOrdered: true)
        let iterators = (repeat IteratorBox(each sequences))
        let feeder = MapFeeder(engine, map, chunkSize: chunkSize, try engine.callables(options))
        let isEmpty = !hasElements(repeat each sequences)
        let supply = MapSupply(chunks: bufferSize, ofSize: chunkSize) { count in
            if isEmpty {
                map.finishProducing()
                return false
            }
            for _ in 0..<count {
                let arguments: (repeat (each Arguments).Element)
                do { arguments = (repeat try (each iterators).next()) } catch {
                    try feeder.flush()
                    map.finishProducing()
                    return false
                }
                try feeder.add(make(repeat each arguments))
            }
            try feeder.flush()
            return true
        }
        let cursor = MapCursor(map, deadline: deadline, supply: supply)
        try cursor.cancellingIfThrows { try supply.refill(handedOut: 0) }
        return MapResults(cursor)
    }
}

extension ExecutorEngine {
    /// Returns a map of the elements that `feed` adds.
    @inlinable @inline(__always)
    func map<Output>(
        timeout: Duration?,
        chunkSize: Int?,
        unordered: Bool,
        options: CallOptions,
        _ feed: (MapFeeder) throws -> Void
    ) throws -> MapResults<Output> {
        let (feeder, cursor) = try beginMap(
            timeout: timeout,
            chunkSize: chunkSize,
            unordered: unordered,
            options: options
        )
        try cursor.cancellingIfThrows {
            try feed(feeder)
            try feeder.finish()
        }
        return MapResults(cursor)
    }

    /// Makes a map. Returns the feeder of its elements and the cursor over its results.
    @usableFromInline
    func beginMap(
        timeout: Duration?,
        chunkSize: Int?,
        unordered: Bool,
        options: CallOptions
    ) throws -> (MapFeeder, MapCursor) {
        try checkMap(chunkSize)
        let callables = try callables(options)
        let map = MapCore(isOrdered: !unordered)
        let deadline = timeout.map { Instant.after($0) }
        return (MapFeeder(self, map, chunkSize: chunkSize, callables), MapCursor(map, deadline: deadline))
    }

    fileprivate func checkMap(_ chunkSize: Int?) throws {
        if let chunkSize, chunkSize < 1 {
            throw ExecutorError(.invalidArgument, "chunkSize is \(chunkSize), but must be at least 1")
        }
        try checkOpen()
    }
}

/// An iterator that can be advanced within the expansion of a parameter pack.
private final class IteratorBox<Base: Sequence> {
    private var iterator: Base.Iterator

    init(_ base: Base) { iterator = base.makeIterator() }

    func next() throws -> Base.Element {
        guard let element = iterator.next() else { throw EndOfSequence() }
        return element
    }
}

private struct EndOfSequence: Error {}

/// Returns whether a parameter pack has any elements.
private func hasElements<each Element>(_ pack: repeat each Element) -> Bool {
    for _ in repeat each pack { return true }
    return false
}
