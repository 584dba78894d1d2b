/// A call whose arguments travel to a worker and whose result travels back.
///
/// Do not conform to it directly: `RemoteCallable` and `AsyncRemoteCallable` say how the call is made.
public protocol RemoteCall: Codable, Sendable {
    /// The type of the result.
    associatedtype Output: Codable & Sendable
}

/// A call that can be made in another process.
///
/// A value of the type is one call: its stored properties are the arguments, `callAsFunction` is the function. Master
/// and workers run the same program, so what travels is the type's name and the value.
///
/// ```swift
/// struct Power: RemoteCallable {
///     var base: Double
///     var exponent: Double
///     func callAsFunction() -> Double { pow(base, exponent) }
/// }
/// let future = try executor.submit(Power(base: 2, exponent: 10))
/// ```
///
/// A value that is not *trivial* (one that holds arrays, strings, references and the like) is encoded with its
/// `Codable` conformance. A trivial one (numbers, and structs of numbers) travels as its bytes if its `encode(to:)`
/// writes the stored properties as they are; its `init(from:)` still makes the value where the bytes arrive. So a
/// conformance written by hand may refuse or change values: it has its say for every value, in both directions. A
/// trivial type that has nothing to say conforms to ``BitwiseCodable``; then only its bytes are copied.
///
/// The counterpart in Python is any picklable callable with its arguments.
@_alwaysEmitConformanceMetadata  // workers find the type by its name, which the optimiser cannot know
public protocol RemoteCallable: RemoteCall {
    /// The type of the result, which the compiler finds in `callAsFunction`.
    associatedtype Output

    /// Makes the call; runs on a worker.
    ///
    /// An error that it throws ends the call's future. It arrives as itself if it is `Codable`, else as `RemoteError`.
    func callAsFunction() throws -> Output

    // swift-format-ignore: NoLeadingUnderscores
    /// Makes the call whose bytes lie at `call`, and writes those of its result to `result`; only for types that are
    /// trivial. Not to be written by hand: the compiler makes it for each type, from the extension below.
    @_documentation(visibility: internal)
    static func _callTrivially(_ call: UnsafeRawPointer, _ result: UnsafeMutableRawPointer) throws

    // swift-format-ignore: NoLeadingUnderscores
    /// Makes the call that lies at `call`, and its result at `result`, whose memory is not initialised; like the
    /// requirement above, but for all types.
    @_documentation(visibility: internal)
    static func _call(at call: UnsafeRawPointer, to result: UnsafeMutableRawPointer) throws

    // swift-format-ignore: NoLeadingUnderscores
    /// Decodes a call, and writes its bytes to `place`; like the requirement above.
    @_documentation(visibility: internal)
    static func _decode(from decoder: any Decoder, to place: UnsafeMutableRawPointer) throws
}

extension RemoteCallable {
    // swift-format-ignore: NoLeadingUnderscores
    /// See the requirement. Compiled into the module of each callable, where its type is known.
    @_documentation(visibility: internal)
    @inlinable
    public static func _callTrivially(_ call: UnsafeRawPointer, _ result: UnsafeMutableRawPointer) throws {
        let value = try withUnsafeTemporaryAllocation(of: Self.self, capacity: 1) { place in
            UnsafeMutableRawBufferPointer(place)
                .copyMemory(from: UnsafeRawBufferPointer(start: call, count: MemoryLayout<Self>.size))
            return try place[0]()
        }
        withTrivialBytes(of: value) { bytes in
            UnsafeMutableRawBufferPointer(start: result, count: bytes.count).copyMemory(from: bytes)
        }
    }

    // swift-format-ignore: NoLeadingUnderscores
    /// See the requirement. Compiled into the module of each callable, where its type is known.
    @_documentation(visibility: internal)
    @inlinable
    public static func _call(at call: UnsafeRawPointer, to result: UnsafeMutableRawPointer) throws {
        result.initializeMemory(as: Output.self, to: try call.assumingMemoryBound(to: Self.self).pointee())
    }

    // swift-format-ignore: NoLeadingUnderscores
    /// See the requirement. Compiled into the module of each callable, where its type is known.
    @_documentation(visibility: internal)
    @inlinable
    public static func _decode(from decoder: any Decoder, to place: UnsafeMutableRawPointer) throws {
        let call = try Self(from: decoder)
        withTrivialBytes(of: call) { bytes in
            UnsafeMutableRawBufferPointer(start: place, count: bytes.count).copyMemory(from: bytes)
        }
    }
}

/// A call that can be made in another process and that suspends.
///
/// The worker runs one call at a time all the same: it waits until this one has returned.
@_alwaysEmitConformanceMetadata
public protocol AsyncRemoteCallable: RemoteCall {
    /// The type of the result, which the compiler finds in `callAsFunction`.
    associatedtype Output

    /// Makes the call; runs on a worker. See `RemoteCallable`.
    func callAsFunction() async throws -> Output
}
