/// A generic type of the standard library whose conformance is known.
protocol PlannedType {
    static func makePlan(_ maker: inout PlanMaker) -> Plan?
}

protocol OptionalType {
    static var wrapped: Any.Type { get }
}

extension Optional: PlannedType, OptionalType {
    static var wrapped: Any.Type { Wrapped.self }

    static func makePlan(_ maker: inout PlanMaker) -> Plan? {
        guard let wrapped = maker.plan(Wrapped.self) else { return nil }
        if !maker.isSurveying, let layout = FlatLayout(optionalOf: wrapped, size: MemoryLayout<Self>.size) {
            return FlatPlan(Self.self, layout)
        }
        return OptionalPlan(Self.self, wrapped)
    }
}

extension Array: PlannedType {
    static func makePlan(_ maker: inout PlanMaker) -> Plan? {
        guard let element = maker.plan(Element.self) else { return nil }
        return isWalked(element) ? ArrayPlan<Element>(element) : LeafPlans.leaf(Self.self)
    }
}

extension Dictionary: PlannedType {
    static func makePlan(_ maker: inout PlanMaker) -> Plan? {
        guard let key = maker.plan(Key.self), let value = maker.plan(Value.self) else { return nil }
        return isWalked(key) && isWalked(value) ? DictionaryPlan<Key, Value>(key, value) : LeafPlans.leaf(Self.self)
    }
}

extension Set: PlannedType {
    static func makePlan(_ maker: inout PlanMaker) -> Plan? {
        guard let element = maker.plan(Element.self) else { return nil }
        return isWalked(element) ? SetPlan<Element>(element) : LeafPlans.leaf(Self.self)
    }
}

/// Returns whether the elements of a collection are walked. If each one were CBOR, the whole may be CBOR as well. The
/// number of elements that take no bytes cannot be checked against the bytes that are there.
private func isWalked(_ element: Plan) -> Bool { !element.isLeaf && element.leastBytes > 0 }

enum LeafPlans {
    /// Returns the plan of a type whose values travel as CBOR; nil if they cannot.
    static func leaf(_ type: Any.Type) -> Plan? {
        guard let type = type as? any (Encodable & Decodable).Type else { return nil }
        return make(type)
    }

    private static func make<Value: Codable>(_ type: Value.Type) -> Plan { LeafPlan<Value>() }
}
