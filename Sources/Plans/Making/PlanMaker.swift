/// Makes the plan of a type from the runtime's metadata.
///
/// Master and workers make the same plan of the same type, since they run the same build.
struct PlanMaker {
    enum Purpose {
        /// Values are looked at, member by member, to judge their types.
        case surveying
        /// Values travel. The conformances of some types run, so their values are leaves.
        case travelling(leaves: Set<ObjectIdentifier>)
    }

    let purpose: Purpose
    let registry: PlanRegistry

    private var plans: [ObjectIdentifier: Plan] = [:]
    /// The types with a conformance of their own, each behind the types that it is made of.
    private(set) var judged: [TypeTrust] = []

    init(_ purpose: Purpose, _ registry: PlanRegistry) {
        self.purpose = purpose
        self.registry = registry
    }

    var isSurveying: Bool {
        if case .surveying = purpose { true } else { false }
    }

    /// Returns the plan of a type. Returns nil if its values can neither be walked nor encoded.
    mutating func plan(_ type: Any.Type) -> Plan? {
        let id = ObjectIdentifier(type)
        if let known = plans[id] { return known }
        let forward = ForwardPlan(type)
        plans[id] = forward
        let plan = make(type)
        plans[id] = plan
        if let plan { forward.complete(plan) }
        return plan
    }

    private mutating func make(_ type: Any.Type) -> Plan? {
        if let layout = FlatLayout(scalar: type) { return FlatPlan(type, layout) }
        if type == String.self { return TextPlan() }
        if let type = type as? any PlannedType.Type { return type.makePlan(&self) }
        if let plan = FoundationPlans.plan(of: type) { return plan }
        let metadata = Metadata(type)
        guard let codable = type as? any (Encodable & Decodable).Type else {
            return metadata.kind == .tuple ? tuple(type) : nil
        }
        if case .travelling(let leaves) = purpose, leaves.contains(ObjectIdentifier(type)) { return leaf(codable) }
        // What the members have added is taken back if one of them has no plan.
        let (formerPlans, formerJudged) = (plans, judged)
        let plan: Plan? =
            switch metadata.kind {
            case .structure: structure(codable)
            case .enumeration: enumeration(codable)
            default: nil
            }
        if let plan { return plan }
        (plans, judged) = (formerPlans, formerJudged)
        return leaf(codable)
    }

    private func leaf<Value: Codable>(_ type: Value.Type) -> Plan { LeafPlan<Value>() }
}

extension PlanMaker {
    private mutating func structure(_ type: any (Encodable & Decodable).Type) -> Plan? {
        guard Metadata(type).witnesses.isBitwiseTakable, let fields = Metadata(type).fields,
            let members = members(fields)
        else { return nil }
        let trust = registry.trust(of: type)
        judged.append(trust)
        if isSurveying {
            let plan = StructPlan(type, members, merging: false, trust)
            trust.complete(JudgedMembers(structure: plan, members))
            return plan
        }
        return FlatLayout(of: members).map { FlatPlan(type, $0) } ?? StructPlan(type, members, merging: true, trust)
    }

    private mutating func tuple(_ type: Any.Type) -> Plan? {
        guard let members = Metadata(type).fields.flatMap({ members($0) }) else { return nil }
        return StructPlan(type, members, merging: !isSurveying, nil)
    }

    private mutating func members(_ fields: [Field]) -> [(offset: Int, plan: Plan)]? {
        var members: [(offset: Int, plan: Plan)] = []
        for field in fields {
            // A weak or unowned reference looks like one that is strong.
            guard !Self.isReference(field.type), let plan = plan(field.type) else { return nil }
            members.append((field.offset, plan))
        }
        return members
    }

    private static func isReference(_ type: Any.Type) -> Bool {
        if let optional = type as? any OptionalType.Type { return isReference(optional.wrapped) }
        return type is AnyObject.Type
    }

    private mutating func enumeration(_ type: any (Encodable & Decodable).Type) -> Plan? {
        let metadata = Metadata(type)
        guard metadata.witnesses.isBitwiseTakable, metadata.witnesses.hasEnumWitnesses, let cases = metadata.cases
        else {
            return nil
        }
        var payloads: [(plan: Plan?, isIndirect: Bool)] = []
        for enumCase in cases {
            guard let payload = enumCase.payload else {
                payloads.append((nil, false))
                continue
            }
            guard let plan = plan(payload) else { return nil }
            payloads.append((plan, enumCase.isIndirect))
        }
        let trust = registry.trust(of: type)
        trust.prepare(caseCount: cases.count)
        judged.append(trust)
        let isFlat = !payloads.contains { $0.plan != nil }
        if isFlat, !isSurveying, let layout = FlatLayout(cases: cases.count, metadata.witnesses, trust) {
            return FlatPlan(type, layout)
        }
        let plan = EnumPlan(type, payloads, trust)
        if isSurveying { trust.complete(JudgedMembers(enumeration: plan)) }
        return plan
    }
}

// MARK: - Flat layouts

extension FlatLayout {
    /// The layout of a number or a truth value; nil for other types.
    init?(scalar type: Any.Type) {
        switch type {
        case is Bool.Type: constraints = [Constraint(offset: 0, width: 1, limit: 2, cases: nil)]
        case is Int.Type, is Double.Type, is Float.Type, is UInt8.Type, is Int32.Type, is Int64.Type, is UInt.Type,
            is UInt32.Type, is UInt64.Type, is Int8.Type, is Int16.Type, is UInt16.Type, is Int128.Type,
            is UInt128.Type:
            break
        default:
            #if !(os(macOS) && arch(x86_64))
                if type == Float16.self { return }
            #endif
            return nil
        }
    }

    /// The layout of a type all of whose members are flat.
    fileprivate init?(of members: [(offset: Int, plan: Plan)]) {
        for (offset, plan) in members {
            guard let flat = plan as? FlatPlan else { return nil }
            add(flat.layout, at: offset)
        }
    }

    /// The layout of an enum without payloads. Its bytes are the number of the case.
    fileprivate init?(cases count: Int, _ witnesses: ValueWitnesses, _ trust: TypeTrust) {
        guard witnesses.size == 1 && count <= 0x100 || witnesses.size == 2 && count <= 0x1_0000, count > 1 else {
            return nil
        }
        constraints = [
            Constraint(offset: 0, width: witnesses.size, limit: UInt32(count), cases: .passUnretained(trust))
        ]
    }

    /// The layout of an optional that has a byte of its own, behind the value, for whether there is one. Of a missing
    /// value most bytes may be anything, so the value must have no constraints.
    init?(optionalOf wrapped: Plan, size: Int) {
        guard let flat = wrapped as? FlatPlan, flat.layout.constraints.isEmpty, size == wrapped.size + 1,
            wrapped.size > 0
        else { return nil }
        let missing = (distance: wrapped.size, size: min(4, wrapped.size))
        constraints = [Constraint(offset: wrapped.size, width: 1, limit: 2, cases: nil, missing: missing)]
    }
}
