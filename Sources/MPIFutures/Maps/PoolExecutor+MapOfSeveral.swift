// Maps over two to four sequences, and over tuples of as many arguments.
//
// They do the same as the functions for any number of sequences. The compiler does not specialise those, so an element
// costs a microsecond there. These are inlined into the caller's module, where the types are known.

extension PoolExecutor {
    /// Makes a call for each pair of elements of two sequences, which advance together.
    @inlinable
    public func map<First: Sequence, Second: Sequence, Call: RemoteCall>(
        _ make: (First.Element, Second.Element) throws -> Call,
        _ first: First,
        _ second: Second,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            var firsts = first.makeIterator()
            var seconds = second.makeIterator()
            while let first = firsts.next(), let second = seconds.next() {
                try feeder.add(make(first, second))
            }
        }
    }

    /// Makes a call for each element of three sequences, which advance together.
    @inlinable
    public func map<First: Sequence, Second: Sequence, Third: Sequence, Call: RemoteCall>(
        _ make: (First.Element, Second.Element, Third.Element) throws -> Call,
        _ first: First,
        _ second: Second,
        _ third: Third,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            var firsts = first.makeIterator()
            var seconds = second.makeIterator()
            var thirds = third.makeIterator()
            while let first = firsts.next(), let second = seconds.next(), let third = thirds.next() {
                try feeder.add(make(first, second, third))
            }
        }
    }

    /// Makes a call for each element of four sequences, which advance together.
    @inlinable
    public func map<First: Sequence, Second: Sequence, Third: Sequence, Fourth: Sequence, Call: RemoteCall>(
        _ make: (First.Element, Second.Element, Third.Element, Fourth.Element) throws -> Call,
        _ first: First,
        _ second: Second,
        _ third: Third,
        _ fourth: Fourth,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            var firsts = first.makeIterator()
            var seconds = second.makeIterator()
            var thirds = third.makeIterator()
            var fourths = fourth.makeIterator()
            while let first = firsts.next(), let second = seconds.next(), let third = thirds.next(),
                let fourth = fourths.next()
            {
                try feeder.add(make(first, second, third, fourth))
            }
        }
    }

    /// Makes a call for each pair of arguments.
    @inlinable
    public func starmap<First, Second, Tuples: Sequence, Call: RemoteCall>(
        _ make: (First, Second) throws -> Call,
        _ tuples: Tuples,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> where Tuples.Element == (First, Second) {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            for (first, second) in tuples { try feeder.add(make(first, second)) }
        }
    }

    /// Makes a call for each triple of arguments.
    @inlinable
    public func starmap<First, Second, Third, Tuples: Sequence, Call: RemoteCall>(
        _ make: (First, Second, Third) throws -> Call,
        _ tuples: Tuples,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> where Tuples.Element == (First, Second, Third) {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            for (first, second, third) in tuples { try feeder.add(make(first, second, third)) }
        }
    }

    /// Makes a call for each quadruple of arguments.
    @inlinable
    public func starmap<First, Second, Third, Fourth, Tuples: Sequence, Call: RemoteCall>(
        _ make: (First, Second, Third, Fourth) throws -> Call,
        _ tuples: Tuples,
        timeout: Duration? = nil,
        chunkSize: Int? = nil,
        unordered: Bool = false,
        options: CallOptions = .init()
    ) throws -> MapResults<Call.Output> where Tuples.Element == (First, Second, Third, Fourth) {
        try engine.map(timeout: timeout, chunkSize: chunkSize, unordered: unordered, options: options) { feeder in
            for (first, second, third, fourth) in tuples { try feeder.add(make(first, second, third, fourth)) }
        }
    }
}
