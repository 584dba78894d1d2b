/// A type whose values are their bytes: master and workers exchange those, and do not run the `Codable` conformance.
///
/// Conform a *trivial* type to it (numbers, `Bool`, and structs, optionals and enums of these) if its `encode(to:)` and
/// `init(from:)` neither refuse nor change any value, as with the conformance that the compiler writes. Its calls and
/// results then cost a copy of their bytes:
///
/// ```swift
/// struct Area: RemoteCallable, BitwiseCodable {
///     var width: Double
///     var height: Double
///     func callAsFunction() -> Double { width * height }
/// }
/// ```
///
/// Without it, the conformance runs for every value, since the library cannot tell whether it checks anything.
///
/// - A type that is not trivial gains nothing, such as a struct with arrays, strings or references.
/// - The conformance speaks for everything that the type contains: the conformance of a nested struct does not run
///   either, whether the nested struct conforms or not.
/// - A conforming struct that is nested in another one is compared and copied by its bytes, while the conformance of
///   the outer struct runs.
/// - The bytes must mean the same in another process: a type that holds addresses, or handles of one process, must not
///   conform.
/// - The `Codable` conformance is still needed. It runs where there are no bytes to copy: for values within arrays and
///   other types that travel as CBOR, and for arguments and results of calls from C and from the command line.
///
/// Python has no counterpart: every value is pickled there.
public protocol BitwiseCodable: Codable, Sendable {}

extension Bool: BitwiseCodable {}
extension Double: BitwiseCodable {}
extension Float: BitwiseCodable {}
extension Int: BitwiseCodable {}
extension Int8: BitwiseCodable {}
extension Int16: BitwiseCodable {}
extension Int32: BitwiseCodable {}
extension Int64: BitwiseCodable {}
extension Int128: BitwiseCodable {}
extension UInt: BitwiseCodable {}
extension UInt8: BitwiseCodable {}
extension UInt16: BitwiseCodable {}
extension UInt32: BitwiseCodable {}
extension UInt64: BitwiseCodable {}
extension UInt128: BitwiseCodable {}
extension NoResult: BitwiseCodable {}

/// Returns whether values of a type travel as their bytes, and its conformance does not run.
///
/// A look-up in the runtime for types that are not plain: keep the answer.
func isBitwiseCodable<Value>(_ type: Value.Type) -> Bool {
    isPlain(type) || _isPOD(type) && type is any BitwiseCodable.Type
}
