/// The plans of Foundation's types, for programs that are linked with it. This library is not, so it knows them by their
/// names and their memory.
enum FoundationPlans {
    static func plan(of type: Any.Type) -> Plan? {
        guard Metadata(type).kind == .structure else { return nil }
        switch _typeName(type, qualified: true) {
        case "FoundationEssentials.Date", "Foundation.Date":
            // The seconds since a reference date.
            guard let fields = Metadata(type).fields, fields.count == 1, fields[0].type == Double.self else {
                return nil
            }
            return FlatPlan(type, FlatLayout())
        case "FoundationEssentials.UUID", "Foundation.UUID":
            let witnesses = Metadata(type).witnesses
            return witnesses.isTrivial && witnesses.size == 16 ? FlatPlan(type, FlatLayout()) : nil
        case "FoundationEssentials.Data", "Foundation.Data":
            return (type as? any RangeReplaceableCollection<UInt8>.Type).map { bytes($0) }
        default: return nil
        }
    }

    private static func bytes<Bytes: RangeReplaceableCollection<UInt8>>(_ type: Bytes.Type) -> Plan {
        BytesPlan<Bytes>()
    }
}
