internal import Wire

extension Array where Element: BitwiseCopyable {
    /// Creates a large array for the result of a call, in memory that is fast to fill.
    ///
    /// The system hands out fresh memory in small pages, one at each first write. For an array of many megabytes this
    /// takes longer than to fill it and to send it. This initializer asks for huge pages, which are 512 times larger. The
    /// array is otherwise like any other.
    ///
    /// ```swift
    /// struct Ramp: RemoteCallable {
    ///     var count: Int
    ///     func callAsFunction() -> [Double] {
    ///         Array(hugePageCapacity: count) { output in
    ///             for index in 0..<count { output.append(Double(index)) }
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - capacity: The largest number of elements.
    ///   - initializer: Appends the elements. It traps if it appends more than `capacity`.
    @inlinable
    public init(
        hugePageCapacity capacity: Int,
        initializingWith initializer: (inout OutputSpan<Element>) throws -> Void
    ) rethrows {
        try self.init(unsafeUninitializedCapacity: capacity) { buffer, count in
            preferHugePages(UnsafeMutableRawBufferPointer(buffer))
            var output = OutputSpan(buffer: buffer, initializedCount: 0)
            do {
                try initializer(&output)
            } catch {
                count = output.finalize(for: buffer)
                throw error
            }
            count = output.finalize(for: buffer)
        }
    }
}

/// Asks for huge pages for memory that has not been written yet.
@usableFromInline
func preferHugePages(_ memory: UnsafeMutableRawBufferPointer) { Memory.preferHugePages(memory) }
