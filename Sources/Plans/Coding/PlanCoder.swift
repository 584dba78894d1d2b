package import CBOR
internal import Synchronization
internal import Waiting

/// Encodes and decodes the values of one type by its plan.
///
/// An encoded value begins with the types whose conformances the sender has run: a number, and for each its index among
/// the types that the value may be made of. The values of these types are CBOR within the encoding.
package final class PlanCoder: Sendable {
    private let type: Any.Type
    private unowned let registry: PlanRegistry
    /// All types with a conformance that the value may be made of.
    private let types: [TypeTrust]
    private let survey: Plan
    /// The plans by the heads of values.
    private let plans = Locked<[[UInt8]: HeadedPlan]>([:])
    /// The plan of values in which no conformance runs.
    private let walked: HeadedPlan
    /// The plan of a value that was read lately, if any conformance runs in it.
    private let lastRead = Atomic<Unmanaged<HeadedPlan>?>(nil)
    /// All that `current` has ever been.
    private let choices = Locked<[Choice]>([])
    private let current = Atomic<Unmanaged<Choice>?>(nil)

    /// A plan, and the head of the values that it writes and reads.
    private final class HeadedPlan: Sendable {
        let head: [UInt8]
        let plan: Plan

        init(_ head: [UInt8], _ plan: Plan) { (self.head, self.plan) = (head, plan) }
    }

    /// How values are encoded as long as no verdict changes.
    private final class Choice: Sendable {
        let version: Int
        let form: HeadedPlan
        let hasUnknown: Bool

        init(version: Int, _ form: HeadedPlan, hasUnknown: Bool) {
            (self.version, self.form, self.hasUnknown) = (version, form, hasUnknown)
        }
    }

    init?(_ type: Any.Type, _ registry: PlanRegistry) {
        var surveyor = PlanMaker(.surveying, registry)
        var maker = PlanMaker(.travelling(leaves: []), registry)
        guard let survey = surveyor.plan(type), let walked = maker.plan(type), !walked.isLeaf else { return nil }
        self.type = type
        self.registry = registry
        self.survey = survey
        self.walked = HeadedPlan([0], walked)
        types = surveyor.judged
    }
}

// MARK: - Encoding

extension PlanCoder {
    /// Calls `body` with the bytes of the value at `place` and its arrays out of band. Returns false, and does not call
    /// `body`, if the value has to travel as CBOR.
    ///
    /// The function is not generic, so that it looks no types up for each value.
    ///
    /// - Parameters:
    ///   - place: A value of the coder's type.
    ///   - mayHaveArrays: Whether the value may have arrays out of band.
    /// - Throws: What a conformance throws that runs within the value; `CBORError` if values are nested too deeply.
    package func encode(
        at place: UnsafeRawPointer,
        mayHaveArrays: Bool,
        _ body: (UnsafeRawBufferPointer, [NumberArray]) throws -> Void
    ) throws -> Bool {
        while true {
            var choice = choice()
            if choice._withUnsafeGuaranteedRef({ $0.hasUnknown }) {
                var walk = Survey(types, registry)
                survey.survey(place, &walk)
                choice = self.choice()
            }
            do {
                return try choice._withUnsafeGuaranteedRef { choice in
                    try Self.encode(place, choice.form, mayHaveArrays: mayHaveArrays, body)
                }
            } catch is VerdictChanged { continue }
        }
    }

    private static func encode(
        _ place: UnsafeRawPointer,
        _ form: HeadedPlan,
        mayHaveArrays: Bool,
        _ body: (UnsafeRawBufferPointer, [NumberArray]) throws -> Void
    ) throws -> Bool {
        if form.plan.isLeaf { return false }
        try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { scratch in
            var writer = PlanWriter(scratch: scratch, mayHaveArrays: mayHaveArrays)
            for byte in form.head { writer.append(byte) }
            try form.plan.write(place, to: &writer)
            try body(writer.bytes, writer.arrays)
        }
        return true
    }

    /// Calls `body` with the bytes of a value and its arrays out of band, like the function above. Returns nil if the
    /// value has to travel as CBOR.
    package func encode<Value, Result>(
        _ value: Value,
        mayHaveArrays: Bool,
        _ body: (UnsafeRawBufferPointer, [NumberArray]) throws -> Result
    ) throws -> Result? {
        precondition(Value.self == type)
        var result: Result?
        _ = try withUnsafePointer(to: value) { place in
            try encode(at: UnsafeRawPointer(place), mayHaveArrays: mayHaveArrays) { result = try body($0, $1) }
        }
        return result
    }

    /// Returns how values are encoded now. The reference need not be counted, since `choices` keeps it.
    private func choice() -> Unmanaged<Choice> {
        let version = registry.version
        if let choice = current.load(ordering: .acquiring),
            choice._withUnsafeGuaranteedRef({ $0.version == version })
        {
            return choice
        }
        return newChoice()
    }

    @inline(never)
    private func newChoice() -> Unmanaged<Choice> {
        let version = registry.version
        let verdicts = types.map(\.verdict)
        let leaves = verdicts.indices.filter { verdicts[$0] != .accepted }
        let choice = Choice(version: version, form(leaves), hasUnknown: verdicts.contains(.unknown))
        choices.withLock { $0.append(choice) }
        current.store(.passUnretained(choice), ordering: .releasing)
        return .passUnretained(choice)
    }

    private static func head(_ leaves: [Int]) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { scratch in
            var writer = PlanWriter(scratch: scratch, mayHaveArrays: false)
            writer.append(count: leaves.count)
            for leaf in leaves { writer.append(count: leaf) }
            return Array(writer.bytes)
        }
    }

    private func form(_ leaves: [Int]) -> HeadedPlan {
        if leaves.isEmpty { return walked }
        let head = Self.head(leaves)
        return plans.withLock { plans in
            if let known = plans[head] { return known }
            let leaves = Set(leaves.map { ObjectIdentifier(types[$0].type) })
            var maker = PlanMaker(.travelling(leaves: leaves), registry)
            // There is a plan even if all conformances run.
            let form = HeadedPlan(head, maker.plan(type) ?? walked.plan)
            plans[head] = form
            return form
        }
    }
}

// MARK: - Decoding

extension PlanCoder {
    /// Makes the value that bytes encode at `place`, whose memory is not initialised. If an error is thrown, it is not
    /// initialised after that either.
    ///
    /// The function is not generic, so that it looks no types up for each value.
    ///
    /// - Parameter place: Memory for a value of the coder's type.
    /// - Throws: `PlanError` if the bytes are no value; what a conformance throws that runs within the value, and
    ///   `CBORError` for its bytes.
    package func decode(
        to place: UnsafeMutableRawPointer,
        from bytes: UnsafeRawBufferPointer,
        outOfBand arrays: [NumberArray]
    ) throws {
        var reader = PlanReader(bytes, arrays: arrays)
        try plan(&reader)._withUnsafeGuaranteedRef { try $0.read(to: place, from: &reader) }
        do { try reader.checkEnd() } catch {
            destroy(place)
            throw error
        }
    }

    /// Destroys the value at `place`, which has the coder's type.
    package func destroy(_ place: UnsafeMutableRawPointer) { walked.plan.destroy(place) }

    /// Returns the value that bytes encode, like the function above.
    package func decode<Value>(
        _ type: Value.Type,
        from bytes: UnsafeRawBufferPointer,
        outOfBand arrays: [NumberArray]
    ) throws -> Value {
        precondition(type == self.type)
        return try withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place in
            let place = place.baseAddress.unsafelyUnwrapped
            try decode(to: UnsafeMutableRawPointer(place), from: bytes, outOfBand: arrays)
            return place.move()
        }
    }

    /// Reads the head of a value. Returns the plan that it asks for, which the coder keeps.
    @inline(__always)
    private func plan(_ reader: inout PlanReader) throws(PlanError) -> Unmanaged<Plan> {
        if reader.skip(0) { return walked.plan.uncounted }
        return try planOfLeaves(&reader)
    }

    @inline(never)
    private func planOfLeaves(_ reader: inout PlanReader) throws(PlanError) -> Unmanaged<Plan> {
        if let last = lastRead.load(ordering: .acquiring),
            last._withUnsafeGuaranteedRef({ reader.skip($0.head) })
        {
            return last._withUnsafeGuaranteedRef { $0.plan.uncounted }
        }
        let count = try reader.count()
        if count == 0 { return walked.plan.uncounted }
        guard count <= types.count else { throw reader.error("more types than \(type) is made of") }
        var leaves: [Int] = []
        for _ in 0..<count {
            let index = try reader.count()
            // In this order there are no two heads for the same types.
            guard index < types.count, index > leaves.last ?? -1 else { throw reader.error("an unknown type") }
            leaves.append(index)
        }
        let form = form(leaves)
        lastRead.store(.passUnretained(form), ordering: .releasing)
        return form.plan.uncounted
    }
}
