internal import CBOR

/// The plan of an array: twice the number of its elements, and the elements behind it. An array out of band has one more
/// than that, and its index among those.
final class ArrayPlan<Element>: Plan, @unchecked Sendable {
    private let element: Plan
    private let uncountedElement: Unmanaged<Plan>
    /// The element's plan if arrays are copied as their bytes.
    private let flat: FlatPlan?
    private let elementLeast: Int

    init(_ element: Plan) {
        self.element = element
        uncountedElement = element.uncounted
        flat = element as? FlatPlan
        elementLeast = element.leastBytes
        super.init([Element].self)
    }

    override var leastBytes: Int { 1 }
    override var isJudged: Bool { element.isJudged }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        let array = place.assumingMemoryBound(to: [Element].self).pointee
        if flat != nil, let index = writer.addOutOfBand(array) {
            try array.withUnsafeBytes { try check($0, array.count, writer) }
            writer.append(count: array.count << 1 | 1)
            return writer.append(count: index)
        }
        writer.append(count: array.count << 1)
        try array.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            if flat != nil {
                try check(bytes, array.count, writer)
                return writer.append(base, bytes.count)
            }
            writer.reserve(array.count * elementLeast)
            let stride = MemoryLayout<Element>.stride
            try uncountedElement._withUnsafeGuaranteedRef { element in
                for index in 0..<array.count { try element.write(base + index &* stride, to: &writer) }
            }
        }
    }

    private func check(_ bytes: UnsafeRawBufferPointer, _ count: Int, _ writer: borrowing PlanWriter) throws {
        guard let flat, let base = bytes.baseAddress else { return }
        try flat.checkCases(base, count: count, writer)
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        place.initializeMemory(as: [Element].self, to: try elements(&reader))
    }

    private func elements(_ reader: inout PlanReader) throws -> [Element] {
        let head = try reader.count()
        let count = head >> 1
        if head & 1 != 0 { return try outOfBand(count, &reader) }
        // The standard library would write to the one object that represents all empty arrays, which the thread
        // sanitizer reports.
        if count == 0 { return [] }
        let stride = MemoryLayout<Element>.stride
        if flat != nil {
            guard count <= reader.remaining / stride else { throw reader.error("the value ends too early") }
            let source = try reader.take(count * stride)
            return try copy(UnsafeRawBufferPointer(start: source, count: count * stride), count, reader)
        }
        guard count <= reader.remaining / elementLeast else { throw reader.error("the value ends too early") }
        return try [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            try uncountedElement._withUnsafeGuaranteedRef { element in
                while initializedCount < count {
                    try element.read(to: base + initializedCount &* stride, from: &reader)
                    initializedCount &+= 1
                }
            }
        }
    }

    private func copy(
        _ source: UnsafeRawBufferPointer,
        _ count: Int,
        _ reader: borrowing PlanReader
    ) throws -> [Element] {
        guard flat.unsafelyUnwrapped.areValues(source.baseAddress.unsafelyUnwrapped, count: count) else {
            throw reader.error("the bytes are no \(type)")
        }
        return [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
            initializedCount = count
        }
    }

    private func outOfBand(_ count: Int, _ reader: inout PlanReader) throws -> [Element] {
        let index = try reader.count()
        guard flat != nil, index < reader.arrays.count else { throw reader.error("an array out of band is missing") }
        let array = reader.arrays[index]
        // An array of numbers arrives as one.
        if let elements = array.elements(as: Element.self), elements.count == count { return elements }
        let stride = MemoryLayout<Element>.stride
        guard array.bytes.count / stride == count, array.bytes.count % stride == 0 else {
            throw reader.error("an array out of band has another size")
        }
        return try copy(UnsafeRawBufferPointer(array.bytes), count, reader)
    }

    override func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {
        let array = place.assumingMemoryBound(to: [Element].self).pointee
        guard element.isJudged, !array.isEmpty else { return }
        array.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for index in Survey.sample(of: array.count) where survey.goesOn() {
                element.survey(base + index * MemoryLayout<Element>.stride, &survey)
            }
        }
    }
}
