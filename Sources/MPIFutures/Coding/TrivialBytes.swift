/// Calls `body` with the bytes of a trivial value.
///
/// `withUnsafeBytes(of:)`, but for types without any bytes: for those the optimiser (Swift 6.3) may leave the buffer,
/// its length included, undefined.
@inlinable
func withTrivialBytes<Value, Result>(
    of value: Value,
    _ body: (UnsafeRawBufferPointer) throws -> Result
) rethrows -> Result {
    if MemoryLayout<Value>.size == 0 { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    return try withUnsafeBytes(of: value, body)
}
