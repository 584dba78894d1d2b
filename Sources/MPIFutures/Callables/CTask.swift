internal import CBOR
internal import CTasks

/// A call of a task in C, a function that a plugin exports as described in `mpifutures.h`.
///
/// ```swift
/// let future = try executor.submit(CTask("square_root", 2.0, returning: Double.self))
/// let roots = try executor.map({ try CTask("square_root", $0, returning: Double.self) }, 0..<100)
/// ```
///
/// The arguments are encoded when the call is made. The workers look the function up. The call fails if they do not
/// know the name, or if the result is no `Output`.
public struct CTask<Output: Codable & Sendable>: RemoteCall {
    package let wireName: String
    package let arguments: [UInt8]

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - function: The function's name.
    ///   - positional: The arguments that the task gets by position, from 0 on.
    ///   - labelled: The arguments that the task gets by label. They follow the positional ones.
    ///   - type: The type of the result.
    /// - Throws: Errors of encoding an argument; `ExecutorError` for a name that no C function can have.
    public init<each Argument: Encodable>(
        _ function: String,
        _ positional: repeat each Argument,
        labelled: KeyValuePairs<String, any Encodable> = [:],
        returning type: Output.Type = Output.self
    ) throws {
        wireName = try NamedCallable(cTask: function).wireName
        var items: [[UInt8]] = []
        for argument in repeat each positional { items.append(try CBOREncoder().encode(argument)) }
        arguments = try Self.payload(items, labelled)
    }

    /// Returns the arguments in the form of `NamedCallable.arguments`. Their values are encoded already.
    private static func payload(
        _ positional: [[UInt8]],
        _ labelled: KeyValuePairs<String, any Encodable>
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        if labelled.isEmpty {
            bytes.append { ItemHead.array(count: positional.count, to: $0) }
            for item in positional { bytes += item }
            return bytes
        }
        bytes.append { ItemHead.map(count: positional.count + labelled.count, to: $0) }
        for (position, item) in positional.enumerated() {
            bytes.append { ItemHead.integer(Int64(position), to: $0) }
            bytes += item
        }
        for (label, argument) in labelled {
            try CBOREncoder().encode(label, appendingTo: &bytes)
            bytes += try encoded(argument)
        }
        return bytes
    }

    private static func encoded(_ argument: some Encodable) throws -> [UInt8] { try CBOREncoder().encode(argument) }
}

extension CTask: NamedRemoteCall {}

extension [UInt8] {
    fileprivate mutating func append(head write: (UnsafeMutableRawPointer) -> Int) {
        withUnsafeTemporaryAllocation(byteCount: ItemHead.longest, alignment: 1) { place in
            guard let start = place.baseAddress else { return }
            append(contentsOf: place[..<write(start)])
        }
    }
}
