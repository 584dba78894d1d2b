internal import CBOR

/// The bytes of a value while a plan writes them.
///
/// The first bytes go to memory of the caller, so that a small value costs no allocation.
struct PlanWriter: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private var ownsMemory = false
    private(set) var count = 0

    /// Whether arrays may travel out of band.
    private let mayHaveArrays: Bool
    private var outOfBand: OutOfBandArrays?

    /// Whether two values are being compared: then it does not matter which cases of an enum have been seen.
    let isComparing: Bool

    private var stackGuard = StackGuard(depthLimit: CBOREncoder.defaultDepthLimit)
    private var depth = 0

    init(scratch: UnsafeMutableRawBufferPointer, mayHaveArrays: Bool, isComparing: Bool = false) {
        base = scratch.baseAddress.unsafelyUnwrapped
        capacity = scratch.count
        self.mayHaveArrays = mayHaveArrays
        self.isComparing = isComparing
    }

    deinit { if ownsMemory { base.deallocate() } }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
    var arrays: [NumberArray] { outOfBand?.arrays ?? [] }

    /// Makes room for further bytes, and returns their place.
    @inline(__always)
    mutating func extend(by size: Int) -> UnsafeMutableRawPointer {
        if capacity &- count < size { grow(by: size) }
        let place = base + count
        count &+= size
        return place
    }

    @inline(never)
    private mutating func grow(by size: Int) {
        capacity = max(2 * capacity, count + size)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: base, byteCount: count)
        if ownsMemory { base.deallocate() }
        (base, ownsMemory) = (larger, true)
    }

    /// Makes room for a number of bytes that are surely going to be written.
    mutating func reserve(_ size: Int) {
        if capacity - count < size { grow(by: size) }
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) { extend(by: 1).storeBytes(of: byte, as: UInt8.self) }

    @inline(__always)
    mutating func append(_ source: UnsafeRawPointer, _ size: Int) {
        let place = extend(by: size)
        if size == 8 {
            place.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
        } else {
            place.copyMemory(from: source, byteCount: size)
        }
    }

    /// Appends a number in base 128, with the low groups first.
    @inline(__always)
    mutating func append(count number: Int) {
        if number < 0x80 { return append(UInt8(truncatingIfNeeded: number)) }
        appendLarge(number)
    }

    @inline(never)
    private mutating func appendLarge(_ number: Int) {
        var rest = UInt64(number)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends the text at `place`: the number of its bytes, and its bytes in UTF-8.
    @inline(__always)
    mutating func append(textAt place: UnsafePointer<String>) {
        let count = place.pointee.utf8.count
        append(count: count)
        let target = extend(by: count)
        // The closure does nothing that may free the text. So the compiler need not count a reference to it, which would
        // make each text wait for memory.
        let isCopied: Void? = place.pointee.utf8.withContiguousStorageIfAvailable { utf8 in
            if let start = utf8.baseAddress { target.copyMemory(from: start, byteCount: min(count, utf8.count)) }
        }
        if isCopied == nil { copy(place.pointee, to: target, count) }
    }

    /// Copies a text that is not UTF-8 in memory.
    @inline(never)
    private func copy(_ text: String, to target: UnsafeMutableRawPointer, _ count: Int) {
        _ = UnsafeMutableRawBufferPointer(start: target, count: count).initializeMemory(as: UInt8.self, from: text.utf8)
    }
}

// MARK: - CBOR and arrays out of band

extension PlanWriter {
    /// Appends a value in CBOR, behind the number of its bytes.
    mutating func appendCBOR(_ value: some Encodable) throws {
        let encoder = CBOREncoder()
        let bytes: [UInt8]
        if mayHaveArrays {
            let arrays = outOfBand ?? OutOfBandArrays()
            outOfBand = arrays
            bytes = try encoder.encode(value, outOfBand: arrays)
        } else {
            bytes = try encoder.encode(value)
        }
        append(count: bytes.count)
        bytes.withUnsafeBytes { if let start = $0.baseAddress { append(start, $0.count) } }
    }

    /// Adds an array to those out of band if it is large enough, and returns its index.
    mutating func addOutOfBand<Element>(_ array: [Element]) -> Int? {
        guard mayHaveArrays, array.count >= OutOfBandArrays.least / MemoryLayout<Element>.stride else { return nil }
        let arrays = outOfBand ?? OutOfBandArrays()
        outOfBand = arrays
        return arrays.add(bytesOf: array)
    }
}

// MARK: - Depth

extension PlanWriter {
    /// Enters a value of a type that may contain itself.
    mutating func enter() throws {
        depth += 1
        guard stackGuard.allows(depth: depth) else {
            throw CBORError(.tooDeep, "values are nested too deeply to encode")
        }
    }

    mutating func leave() { depth -= 1 }
}
