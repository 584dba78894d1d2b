// Types whose conformances look like the compiler's, and are not, or the other way round.

struct Refusal: Error {}

// MARK: - The compiler's own

struct Own: Codable, Hashable {
    var number: Int
    var text: String?
}

struct OwnWithKeys: Codable {
    var first = 1
    var second = "two"
    enum CodingKeys: String, CodingKey { case first = "second", second = "first" }
}

struct OwnGeneric<Content: Codable>: Codable { var content: Content }

enum OwnEnum: Codable {
    case none
    case one(Int)
    case named(first: String?, second: [Int])
    case other(_ left: Int, right: Int)
}

enum OwnEnumWithKeys: Codable {
    case one(number: Int)
    case two
    enum CodingKeys: String, CodingKey { case one = "two", two = "one" }
    enum OneCodingKeys: String, CodingKey { case number = "n" }
}

enum OwnRaw: String, Codable { case first, second }
enum OwnNumber: Int8, Codable { case minus = -1, plus = 1 }

struct OwnInExtension { var number = 1 }
extension OwnInExtension: Codable {}

/// Encodes by the compiler, and says so explicitly.
struct OwnInit: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
}

struct Nothing: Codable {}

@propertyWrapper struct OwnWrapper<Value: Codable>: Codable { var wrappedValue: Value }
struct WithOwnWrapper: Codable { @OwnWrapper var number = 1 }

// MARK: - Decoded by hand

struct Validating: Codable {
    var degrees: Double
    init(_ degrees: Double) { self.degrees = degrees }
    init(from decoder: any Decoder) throws {
        degrees = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .degrees)
        if degrees < 0 { throw Refusal() }
    }
}

struct Clamping: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws {
        number = max(0, try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .number))
    }
}

struct Defaulting: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws {
        number = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Int.self, forKey: .number) ?? 5
    }
}

struct DefaultingOptional: Codable {
    var number: Int?
    init(_ number: Int?) { self.number = number }
    init(from decoder: any Decoder) throws {
        number = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Int.self, forKey: .number) ?? 5
    }
}

struct ContainsFirst: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        number = container.contains(.number) ? try container.decode(Int.self, forKey: .number) : 0
    }
}

struct Backwards: Codable {
    var a: Int
    var b: Int
    init(a: Int, b: Int) { (self.a, self.b) = (a, b) }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        b = try container.decode(Int.self, forKey: .b)
        a = try container.decode(Int.self, forKey: .a)
    }
}

struct Swapping: Codable {
    var a: Int
    var b: Int
    init(a: Int, b: Int) { (self.a, self.b) = (a, b) }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        b = try container.decode(Int.self, forKey: .a)
        a = try container.decode(Int.self, forKey: .b)
    }
}

struct DecodesTwice: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        _ = try container.decode(Int.self, forKey: .number)
        number = try container.decode(Int.self, forKey: .number)
    }
}

struct Trimming: Codable {
    var text: String
    init(_ text: String) { self.text = text }
    init(from decoder: any Decoder) throws {
        let text = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .text)
        self.text = String(text.filter { $0 != " " })
    }
}

struct LooksAtPath: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws {
        number = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .number)
        if decoder.codingPath.count > 3 { number = 0 }
    }
}

struct LooksAtInfo: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws {
        number = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .number)
        if !decoder.userInfo.isEmpty { number = 0 }
    }
}

struct OtherKeysDecoding: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    enum Old: String, CodingKey { case number = "count" }
    init(from decoder: any Decoder) throws {
        number = try decoder.container(keyedBy: Old.self).decode(Int.self, forKey: .number)
    }
}

// MARK: - Encoded by hand

struct Constant: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(7, forKey: .number)
    }
}

struct LeavesOut: Codable {
    var number: Int
    var cache: [Int]
    enum CodingKeys: String, CodingKey { case number }
    init(_ number: Int) { (self.number, cache) = (number, [number]) }
    init(from decoder: any Decoder) throws {
        self.init(try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .number))
    }
}

struct OmitsDefault: Codable {
    var number: Int
    var cache = 0
    enum CodingKeys: String, CodingKey { case number }
}

struct Adds: Codable {
    var number: Int
    enum CodingKeys: String, CodingKey { case number, version }
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws {
        number = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .number)
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(1, forKey: .version)
    }
}

struct Reorders: Codable {
    var a: Int
    var b: Int
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(b, forKey: .b)
        try container.encode(a, forKey: .a)
    }
}

struct OtherType: Codable {
    var number: Int
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Int64(number), forKey: .number)
    }
}

struct EncodesOptionalPlainly: Codable {
    var number: Int?
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
    }
}

struct EncodesNil: Codable {
    var number: Int?
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if let number {
            try container.encode(number, forKey: .number)
        } else {
            try container.encodeNil(forKey: .number)
        }
    }
}

struct RefusesEncoding: Codable {
    var number: Int
    func encode(to encoder: any Encoder) throws { throw Refusal() }
}

struct Redacting: Codable {
    var name: String
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(String(name.map { _ in "*" }), forKey: .name)
    }
}

struct Unkeyed: Codable {
    var a: Int
    var b: Int
    init(a: Int, b: Int) { (self.a, self.b) = (a, b) }
    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        (a, b) = (try container.decode(Int.self), try container.decode(Int.self))
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(a)
        try container.encode(b)
    }
}

struct SingleValue: Codable {
    var number: Int
    init(_ number: Int) { self.number = number }
    init(from decoder: any Decoder) throws { number = try decoder.singleValueContainer().decode(Int.self) }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}

struct RawStruct: RawRepresentable, Codable {
    var rawValue: Int
    init(_ number: Int) { rawValue = number }
    init?(rawValue: Int) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }
}

struct Nested: Codable {
    var a: Int
    var b: Int
    enum Outer: String, CodingKey { case inner }
    enum Inner: String, CodingKey { case a, b }
    init(a: Int, b: Int) { (self.a, self.b) = (a, b) }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Outer.self).nestedContainer(keyedBy: Inner.self, forKey: .inner)
        (a, b) = (try container.decode(Int.self, forKey: .a), try container.decode(Int.self, forKey: .b))
    }
    func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: Outer.self)
        var container = outer.nestedContainer(keyedBy: Inner.self, forKey: .inner)
        try container.encode(a, forKey: .a)
        try container.encode(b, forKey: .b)
    }
}

// MARK: - Members that do not travel as they are

struct Fixed: Codable {
    var number: Int
    let version = 7
    enum CodingKeys: String, CodingKey { case number }
}

struct Lazy: Codable {
    var number: Int
    lazy var square = number * number
    enum CodingKeys: String, CodingKey { case number }
    init(_ number: Int) { self.number = number }
}

final class Object: Codable {}

struct HasClass: Codable { var object = Object() }

struct HasWeak: Codable {
    var number = 1
    weak var object: Object?
    enum CodingKeys: String, CodingKey { case number }
}

struct HasUnowned: Codable {
    var number: Int
    unowned let object: Object
    init(_ object: Object) { (number, self.object) = (1, object) }
    init(from decoder: any Decoder) throws { throw Refusal() }
    func encode(to encoder: any Encoder) throws { throw Refusal() }
}

@propertyWrapper struct Skipped<Value: Codable & Sendable & Equatable>: Codable {
    var wrappedValue: Value?
    init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
    init(from decoder: any Decoder) throws { wrappedValue = nil }
    func encode(to encoder: any Encoder) throws {}
}
struct WithSkipped: Codable {
    @Skipped var number: Int? = 1
    var other = 2
}

@propertyWrapper struct Default<Value: Codable>: Codable { var wrappedValue: Value? }
extension KeyedDecodingContainer {
    func decode<Value>(_ type: Default<Value>.Type, forKey key: Key) throws -> Default<Value> {
        try decodeIfPresent(type, forKey: key) ?? Default(wrappedValue: nil)
    }
}
struct WithDefault: Codable { @Default var number: Int? = 1 }

// MARK: - Enums by hand

enum HandEnum: Codable {
    case one(Int)
    case two
    init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Int.self)
        self = number < 0 ? .two : .one(number)
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if case .one(let number) = self { try container.encode(number) } else { try container.encode(-1) }
    }
}

enum Tagged: Codable {
    case one(Int)
    case two(String)
    enum CodingKeys: String, CodingKey { case kind, value }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Int.self, forKey: .kind) {
        case 1: self = .one(try container.decode(Int.self, forKey: .value))
        default: self = .two(try container.decode(String.self, forKey: .value))
        }
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .one(let number):
            try container.encode(1, forKey: .kind)
            try container.encode(number, forKey: .value)
        case .two(let text):
            try container.encode(2, forKey: .kind)
            try container.encode(text, forKey: .value)
        }
    }
}

/// Decodes what it does not know as something else.
enum Lenient: String, Codable {
    case known, unknown
    init(from decoder: any Decoder) throws {
        self = Lenient(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .unknown
    }
}

/// Is the compiler's for one case, and changes the other one.
enum HalfHand: String, Codable {
    case kept, changed
    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = text == "changed" ? .kept : HalfHand(rawValue: text) ?? .kept
    }
}

/// Refuses one payload, and is otherwise the compiler's own.
enum PayloadOmitted: Codable {
    case one(Int, extra: Int = 5)
    case two
    // swift-format-ignore: NoLeadingUnderscores
    enum OneCodingKeys: String, CodingKey { case _0 }
}
