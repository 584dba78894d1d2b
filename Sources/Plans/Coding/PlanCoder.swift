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
    private let plans = Locked<[[UInt8]: Plan]>([:])
    /// The plan of values in which no conformance runs.
    private let walked: Plan
    /// All that `current` has ever been.
    private let choices = Locked<[Choice]>([])
    private let current = Atomic<Unmanaged<Choice>?>(nil)

    /// How values are encoded as long as no verdict changes.
    private final class Choice: Sendable {
        let version: Int
        let head: [UInt8]
        let plan: Plan
        let hasUnknown: Bool

        init(version: Int, head: [UInt8], plan: Plan, hasUnknown: Bool) {
            (self.version, self.head, self.plan, self.hasUnknown) = (version, head, plan, hasUnknown)
        }
    }

    init?(_ type: Any.Type, _ registry: PlanRegistry) {
        var surveyor = PlanMaker(.surveying, registry)
        var maker = PlanMaker(.travelling(leaves: []), registry)
        guard let survey = surveyor.plan(type), let walked = maker.plan(type), !walked.isLeaf else { return nil }
        self.type = type
        self.registry = registry
        self.survey = survey
        self.walked = walked
        types = surveyor.judged
    }
}

// MARK: - Encoding

extension PlanCoder {
    /// Calls `body` with the bytes of a value and its arrays out of band. Returns nil, and does not call `body`, if the
    /// value has to travel as CBOR.
    ///
    /// - Parameter mayHaveArrays: Whether the value may have arrays out of band.
    /// - Throws: What a conformance throws that runs within the value; `CBORError` if values are nested too deeply.
    package func encode<Value, Result>(
        _ value: Value,
        mayHaveArrays: Bool,
        _ body: (UnsafeRawBufferPointer, [NumberArray]) throws -> Result
    ) throws -> Result? {
        precondition(Value.self == type)
        return try withUnsafePointer(to: value) { place in
            while true {
                var choice = choice()
                if choice.hasUnknown {
                    var walk = Survey(types, registry)
                    survey.survey(place, &walk)
                    choice = self.choice()
                }
                if choice.plan.isLeaf { return nil }
                do {
                    return try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { scratch in
                        var writer = PlanWriter(scratch: scratch, mayHaveArrays: mayHaveArrays)
                        for byte in choice.head { writer.append(byte) }
                        try choice.plan.write(place, to: &writer)
                        return try body(writer.bytes, writer.arrays)
                    }
                } catch is VerdictChanged { continue }
            }
        }
    }

    private func choice() -> Choice {
        if let choice = current.load(ordering: .acquiring)?.takeUnretainedValue(), choice.version == registry.version {
            return choice
        }
        let version = registry.version
        let verdicts = types.map(\.verdict)
        let leaves = verdicts.indices.filter { verdicts[$0] != .accepted }
        let head = Self.head(leaves)
        let choice = Choice(
            version: version,
            head: head,
            plan: plan(head, leaves),
            hasUnknown: verdicts.contains(.unknown)
        )
        choices.withLock { $0.append(choice) }
        current.store(.passUnretained(choice), ordering: .releasing)
        return choice
    }

    private static func head(_ leaves: [Int]) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { scratch in
            var writer = PlanWriter(scratch: scratch, mayHaveArrays: false)
            writer.append(count: leaves.count)
            for leaf in leaves { writer.append(count: leaf) }
            return Array(writer.bytes)
        }
    }

    private func plan(_ head: [UInt8], _ leaves: [Int]) -> Plan {
        if leaves.isEmpty { return walked }
        return plans.withLock { plans in
            if let known = plans[head] { return known }
            let leaves = Set(leaves.map { ObjectIdentifier(types[$0].type) })
            var maker = PlanMaker(.travelling(leaves: leaves), registry)
            // There is a plan even if all conformances run.
            let plan = maker.plan(type) ?? walked
            plans[head] = plan
            return plan
        }
    }
}

// MARK: - Decoding

extension PlanCoder {
    /// Returns the value that bytes encode.
    ///
    /// - Throws: `PlanError` if the bytes are no value; what a conformance throws that runs within the value, and
    ///   `CBORError` for its bytes.
    package func decode<Value>(
        _ type: Value.Type,
        from bytes: UnsafeRawBufferPointer,
        outOfBand arrays: [NumberArray]
    ) throws -> Value {
        precondition(type == self.type)
        var reader = PlanReader(bytes, arrays: arrays)
        let plan = try plan(&reader)
        return try withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place in
            let place = place.baseAddress.unsafelyUnwrapped
            try plan.read(to: UnsafeMutableRawPointer(place), from: &reader)
            let value = place.move()
            try reader.checkEnd()
            return value
        }
    }

    private func plan(_ reader: inout PlanReader) throws(PlanError) -> Plan {
        let count = try reader.count()
        if count == 0 { return walked }
        guard count <= types.count else { throw reader.error("more types than \(type) is made of") }
        var leaves: [Int] = []
        for _ in 0..<count {
            let index = try reader.count()
            // In this order there are no two heads for the same types.
            guard index < types.count, index > leaves.last ?? -1 else { throw reader.error("an unknown type") }
            leaves.append(index)
        }
        return plan(Self.head(leaves), leaves)
    }
}
