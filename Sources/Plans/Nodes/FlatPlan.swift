/// The plan of a type whose values are copied as their bytes: numbers, truth values, enums without payloads, and structs
/// and optionals of these.
final class FlatPlan: Plan, @unchecked Sendable {
    let layout: FlatLayout
    private let constraints: UnsafeBufferPointer<FlatLayout.Constraint>

    init(_ type: Any.Type, _ layout: FlatLayout) {
        self.layout = layout
        constraints = layout.constraints.copied
        super.init(type)
    }

    deinit { constraints.deallocate() }

    override var leastBytes: Int { size }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        if !constraints.isEmpty { try constraints.checkCases(place, writer) }
        writer.append(place, size)
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        let source = try reader.take(size)
        if size == 8 {
            place.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
        } else {
            place.copyMemory(from: source, byteCount: size)
        }
        guard constraints.areMet(place) else { throw reader.error("the bytes are no \(type)") }
    }

    /// Checks that the values of an array may be copied.
    func checkCases(_ place: UnsafeRawPointer, count: Int, _ writer: borrowing PlanWriter) throws {
        guard layout.hasCases else { return }
        for index in 0..<count { try constraints.checkCases(place + index * stride, writer) }
    }

    /// Returns whether the bytes of an array are values.
    func areValues(_ place: UnsafeRawPointer, count: Int) -> Bool {
        constraints.allSatisfy { $0.isMet(place, count: count, stride: stride) }
    }
}

/// What the bytes of a trivial type must fulfil to be a value.
struct FlatLayout {
    /// A number in the bytes that must be below a limit.
    struct Constraint: BitwiseCopyable {
        var offset: Int
        let width: Int
        let limit: UInt32
        /// The enum whose cases the number counts; nil for a truth value, and for the tag of an optional.
        let cases: Unmanaged<TypeTrust>?
        /// For the tag of an optional, how far before it the missing value lies, and how many bytes of that the runtime
        /// looks at. They are zero if the tag is 1.
        var missing: (distance: Int, size: Int) = (0, 0)
    }

    var constraints: [Constraint] = []

    var hasCases: Bool { constraints.contains { $0.cases != nil } }

    mutating func add(_ other: FlatLayout, at offset: Int) {
        for var constraint in other.constraints {
            constraint.offset += offset
            constraints.append(constraint)
        }
    }
}

extension FlatLayout.Constraint {
    @inline(__always)
    func number(_ place: UnsafeRawPointer) -> UInt32 {
        switch width {
        case 1: UInt32((place + offset).load(as: UInt8.self))
        case 2: UInt32((place + offset).loadUnaligned(as: UInt16.self))
        default: (place + offset).loadUnaligned(as: UInt32.self)
        }
    }
}

extension FlatLayout.Constraint {
    func isMissing(_ place: UnsafeRawPointer) -> Bool {
        let value = place + offset - missing.distance
        return UnsafeRawBufferPointer(start: value, count: missing.size).allSatisfy { $0 == 0 }
    }

    @inline(__always)
    func isMet(_ place: UnsafeRawPointer) -> Bool {
        let number = number(place)
        return number < limit && (number != 1 || missing.size == 0 || isMissing(place))
    }

    /// Returns whether all elements of an array meet the constraint.
    func isMet(_ place: UnsafeRawPointer, count: Int, stride: Int) -> Bool {
        // The loops for the usual constraints do not branch for each element.
        if width == 1, missing.size == 0 {
            let (first, limit) = (place + offset, UInt8(truncatingIfNeeded: min(limit - 1, 0xFF)))
            var greatest: UInt8 = 0
            for index in 0..<count {
                greatest = max(greatest, first.load(fromByteOffset: index &* stride, as: UInt8.self))
            }
            return greatest <= limit
        }
        if width == 1, missing.size == 4 {
            var (value, tag) = (place + (offset - missing.distance), place + offset)
            var wrong: UInt32 = 0
            for _ in 0..<count {
                let tagNumber = UInt32(tag.load(as: UInt8.self))
                // All bits are set for a missing value.
                let mask = 0 &- (tagNumber & 1)
                wrong |= tagNumber & ~1 | value.loadUnaligned(as: UInt32.self) & mask
                value += stride
                tag += stride
            }
            return wrong == 0
        }
        return (0..<count).allSatisfy { isMet(place + $0 &* stride) }
    }
}

extension UnsafeBufferPointer<FlatLayout.Constraint> {
    @inline(__always)
    func areMet(_ place: UnsafeRawPointer) -> Bool {
        allSatisfy { $0.isMet(place) }
    }

    /// Has cases judged that nobody has seen yet.
    func checkCases(_ place: UnsafeRawPointer, _ writer: borrowing PlanWriter) throws {
        if writer.isComparing { return }
        for constraint in self {
            guard let cases = constraint.cases else { continue }
            try cases._withUnsafeGuaranteedRef {
                try $0.check(case: Int(constraint.number(place)), place + constraint.offset)
            }
        }
    }
}

extension Array where Element: BitwiseCopyable {
    /// A copy that somebody has to deallocate. To go along it counts no references.
    var copied: UnsafeBufferPointer<Element> {
        let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
        _ = copy.initialize(from: self)
        return UnsafeBufferPointer(copy)
    }
}
