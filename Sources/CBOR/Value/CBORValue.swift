/// A CBOR data item of any kind: the generic data model of RFC 8949, section 2.
///
/// A value does not keep how it was encoded: whether lengths were definite, and the widths of numbers. Entries of a map
/// keep their order, but maps with the same entries in another order are equal.
package enum CBORValue: Sendable {
    case unsigned(UInt64)
    /// The integer -1 - n.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    case map([Entry])
    indirect case tagged(UInt64, CBORValue)
    case bool(Bool)
    case null
    case undefined
    /// A simple value to which RFC 8949 gives no meaning.
    case simple(SimpleValue)
    case float(Double)

    package struct Entry: Hashable, Sendable {
        package var key: CBORValue
        package var value: CBORValue

        package init(_ key: CBORValue, _ value: CBORValue) {
            self.key = key
            self.value = value
        }
    }

    /// The number of an unassigned simple value: 0 to 19 or 32 to 255.
    package struct SimpleValue: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8

        package init?(rawValue: UInt8) {
            guard !(20...31 ~= rawValue) else { return nil }
            self.rawValue = rawValue
        }
    }

    package static func integer(_ value: Int) -> CBORValue {
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(bitPattern: Int64(~value)))
    }
}

// Equality is that of the data model: NaNs with the same bits are the same value, the two zeros are not.
extension CBORValue: Hashable {
    package static func == (left: CBORValue, right: CBORValue) -> Bool {
        switch (left, right) {
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.negative(let left), .negative(let right)): left == right
        case (.bytes(let left), .bytes(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.map(let left), .map(let right)): left == right || haveSameEntries(left, right)
        case (.tagged(let leftTag, let left), .tagged(let rightTag, let right)): leftTag == rightTag && left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null), (.undefined, .undefined): true
        case (.simple(let left), .simple(let right)): left == right
        case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
        default: false
        }
    }

    private static func haveSameEntries(_ left: [Entry], _ right: [Entry]) -> Bool {
        guard left.count == right.count, left.count > 1 else { return false }
        let values = Dictionary(left.map { ($0.key, $0.value) }) { first, _ in first }
        return right.allSatisfy { values[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .unsigned(let value): hasher.combine(value)
        case .negative(let value): hasher.combine(~value)
        case .bytes(let value): hasher.combine(value)
        case .text(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .map(let entries):
            // Whatever their order.
            hasher.combine(entries.reduce(0) { $0 ^ $1.hashValue })
        case .tagged(let tag, let value):
            hasher.combine(tag)
            hasher.combine(value)
        case .bool(let value): hasher.combine(value)
        case .null: hasher.combine(22)
        case .undefined: hasher.combine(23)
        case .simple(let value): hasher.combine(value)
        case .float(let value): hasher.combine(value.bitPattern)
        }
    }
}
