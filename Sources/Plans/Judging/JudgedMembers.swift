/// The members of a type whose conformance is judged.
struct JudgedMembers {
    /// How values of the type are compared.
    let plan: Plan
    private let structure: [(offset: Int, plan: Plan)]

    init(structure plan: Plan, _ members: [(offset: Int, plan: Plan)]) {
        self.plan = plan
        structure = members
    }

    init(enumeration plan: EnumPlan) {
        self.plan = plan
        structure = []
    }

    /// Calls `body` with the members of the value at `place`. An enum's are those of its payload.
    func with<Result>(_ place: UnsafeRawPointer, case tag: Int?, _ body: ([WatchedMember]) -> Result) -> Result {
        guard let tag, let plan = plan as? EnumPlan else {
            return body(structure.map { WatchedMember(plan: $0.plan, place: place + $0.offset) })
        }
        return plan.withPayload(of: place, case: tag) { payload in
            guard let (payload, place) = payload else { return body([]) }
            // Several values are one tuple.
            guard let tuple = payload as? StructPlan, Metadata(tuple.type).kind == .tuple else {
                return body([WatchedMember(plan: payload, place: place)])
            }
            return body(tuple.members.map { WatchedMember(plan: $0.plan, place: place + $0.offset) })
        }
    }
}

/// A member of a value that is watched.
struct WatchedMember {
    let plan: Plan
    let place: UnsafeRawPointer

    /// Returns whether a value is the member.
    func isSame<Value>(as value: Value) -> Bool {
        guard ObjectIdentifier(plan.type) == ObjectIdentifier(Value.self) else { return false }
        return withUnsafePointer(to: value) { SameBytes.areSame($0, place, plan) }
    }

    /// Returns the value, if it has this type.
    func value<Value>(as type: Value.Type) -> Value? {
        guard ObjectIdentifier(plan.type) == ObjectIdentifier(type) else { return nil }
        return place.assumingMemoryBound(to: type).pointee
    }
}

/// Compares values by what would be written of them. Bytes between members, which say nothing, do not count.
enum SameBytes {
    static func areSame(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ plan: Plan) -> Bool {
        let bytes = UnsafeRawBufferPointer(start: left, count: plan.size)
        if bytes.elementsEqual(UnsafeRawBufferPointer(start: right, count: plan.size)) { return true }
        return withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 16) { scratch in
            var first = PlanWriter(
                scratch: UnsafeMutableRawBufferPointer(rebasing: scratch[..<1024]),
                mayHaveArrays: false,
                isComparing: true
            )
            var second = PlanWriter(
                scratch: UnsafeMutableRawBufferPointer(rebasing: scratch[1024...]),
                mayHaveArrays: false,
                isComparing: true
            )
            do {
                try plan.write(left, to: &first)
                try plan.write(right, to: &second)
            } catch { return false }
            return first.bytes.elementsEqual(second.bytes)
        }
    }
}
