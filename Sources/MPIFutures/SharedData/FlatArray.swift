/// Arrays as far as they can be shared between processes as they lie in memory.
protocol FlatArray {
    /// Whether the bytes of the elements say all about the array.
    static var isFlat: Bool { get }

    /// Makes an array of a copy of its elements' bytes.
    init(flat bytes: UnsafeRawBufferPointer)

    func withFlatBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

extension Array: FlatArray {
    static var isFlat: Bool { isBitwiseCodable(Element.self) && MemoryLayout<Element>.stride > 0 }

    init(flat bytes: UnsafeRawBufferPointer) {
        let count = bytes.count / MemoryLayout<Element>.stride
        // The standard library would write to the one object that represents all empty arrays.
        if count == 0 {
            self = []
            return
        }
        self.init(unsafeUninitializedCapacity: count) { elements, initializedCount in
            UnsafeMutableRawBufferPointer(elements).copyMemory(from: bytes)
            initializedCount = count
        }
    }

    func withFlatBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(body)
    }
}

extension UnsafeRawBufferPointer {
    /// Returns the elements of a flat array, which `withFlatBytes` has given away as these bytes. Returns nil if they
    /// are not aligned here.
    func flatElements<Element>(_ type: Element.Type) -> UnsafeBufferPointer<Element>? {
        guard UInt(bitPattern: baseAddress).isMultiple(of: UInt(MemoryLayout<Element>.alignment)) else { return nil }
        return UnsafeBufferPointer(
            start: baseAddress?.assumingMemoryBound(to: Element.self),
            count: count / MemoryLayout<Element>.stride
        )
    }
}
