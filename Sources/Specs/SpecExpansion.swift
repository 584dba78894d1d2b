/// The calls to which one call of a spec expands, made one at a time.
package struct SpecExpansion {
    /// The number of calls; nil if only the end of a file will tell.
    package let count: Int?
    /// The number of calls that have been made.
    package private(set) var position = 0
    /// Whether all elements of lists in the last call are UTF-8. Other elements become byte strings.
    package private(set) var isText = true

    private let template: [UInt8]
    private var fillings: [Filling] = []
    private var factors: Factors

    /// One hole of the call, and the values that are still to fill it.
    private struct Filling {
        let offset: Int
        let all: SpecElements
        /// The factor of the product whose place the elements follow; nil for a value that every call has.
        let factor: Int?
        var elements: SpecElements
        /// The bytes of the element of this call, if other calls have it too.
        var current: [UInt8] = []
        var isCurrentText = true
    }

    /// - Throws: `SpecError` if a list cannot be read, or if sequences that advance together differ in length.
    package init(_ call: SpecCall, in parser: SpecParser, lists: some SpecLists) throws(SpecError) {
        template = call.encoded
        var counts: [Int] = []
        /// The factor that all sequences without `product` share.
        var shared: Int?
        var chunks: Int?
        for hole in call.holes {
            let elements: SpecElements
            do throws(SpecListError) {
                elements = try SpecElements(hole.content, lists: lists)
            } catch {
                throw parser.error(error.message, at: hole.position)
            }
            guard hole.isMapped else {
                let whole = elements.whole
                fillings.append(Filling(offset: hole.offset, all: whole, factor: nil, elements: whole))
                continue
            }
            guard let count = elements.count else {
                guard counts.isEmpty, chunks == nil else { throw Self.loneliness(parser, hole.position) }
                chunks = hole.position
                fillings.append(Filling(offset: hole.offset, all: elements, factor: nil, elements: elements))
                continue
            }
            if let chunks { throw Self.loneliness(parser, chunks) }
            let factor: Int
            if hole.role == .together, let shared {
                factor = shared
                guard counts[shared] == count else {
                    throw parser.error(
                        "sequences that advance together differ in length: \(counts[shared]) and \(count); "
                            + "write 'product' for all combinations",
                        at: hole.position
                    )
                }
            } else {
                factor = counts.count
                counts.append(count)
                if hole.role == .together { shared = factor }
            }
            fillings.append(Filling(offset: hole.offset, all: elements, factor: factor, elements: elements))
        }
        guard let factors = Factors(counts) else {
            throw parser.error("there are more combinations than calls can be counted", at: call.holes[0].position)
        }
        self.factors = factors
        count = chunks == nil ? factors.total : nil
    }

    private static func loneliness(_ parser: SpecParser, _ position: Int) -> SpecError {
        parser.error("beside 'chunks' no other sequence can advance; give each call the same values", at: position)
    }

    /// The reason why a file could not be read to its end; nil if there is none.
    package var failure: SpecListError? {
        for filling in fillings {
            if case .chunks(let source, _) = filling.elements { return source.failure }
        }
        return nil
    }

    /// Appends the arguments of the next call in CBOR. Returns false if there is none.
    package mutating func next(appendingTo bytes: inout [UInt8]) -> Bool {
        if let count, position >= count { return false }
        let start = bytes.count
        // The factors up to this one stay where they are, and the next ones begin anew.
        let turning = position == 0 ? nil : factors.advance()
        isText = true
        var written = 0
        for index in fillings.indices {
            let offset = fillings[index].offset
            bytes.append(contentsOf: template[written..<offset])
            written = offset
            switch fill(index, turning, &bytes) {
            case .value: break
            case .bytes: isText = false
            case .end:
                bytes.removeSubrange(start...)
                return false
            }
        }
        bytes.append(contentsOf: template[written...])
        position += 1
        return true
    }

    /// Appends the element of a filling.
    ///
    /// - Parameter turning: The factor that goes on to its next element; nil for the first call.
    private mutating func fill(_ index: Int, _ turning: Int?, _ bytes: inout [UInt8]) -> SpecElements.Step {
        guard factors.count > 1, let factor = fillings[index].factor else {
            return fillings[index].elements.next(appendingTo: &bytes)
        }
        if let turning, factor < turning {
            bytes.append(contentsOf: fillings[index].current)
            return fillings[index].isCurrentText ? .value : .bytes
        }
        if let turning, factor > turning { fillings[index].elements = fillings[index].all }
        let start = bytes.count
        let step = fillings[index].elements.next(appendingTo: &bytes)
        fillings[index].current = Array(bytes[start...])
        fillings[index].isCurrentText = step == .value
        return step
    }
}

/// The places of the factors of a product. The last factor advances fastest.
private struct Factors {
    /// The number of combinations.
    let total: Int
    private let counts: [Int]
    private var places: [Int]

    /// Returns nil if the number of combinations is more than an `Int` holds.
    init?(_ counts: [Int]) {
        var total = 1
        for count in counts {
            let (product, overflows) = total.multipliedReportingOverflow(by: count)
            // A later factor without elements would leave no combination, whatever the others have.
            if overflows, !counts.contains(0) { return nil }
            total = overflows ? 0 : product
        }
        self.total = total
        self.counts = counts
        places = Array(repeating: 0, count: counts.count)
    }

    var count: Int { counts.count }

    /// Goes on to the next combination, which must exist. Returns the factor that has gone on to its next element.
    mutating func advance() -> Int {
        guard counts.count > 1 else { return 0 }
        var factor = counts.count - 1
        while factor > 0, places[factor] + 1 == counts[factor] {
            places[factor] = 0
            factor -= 1
        }
        places[factor] += 1
        return factor
    }
}
