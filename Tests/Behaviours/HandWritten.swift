import MPIFutures
import Synchronization

// Trivial structs with conformances of which a part, or all, is written by hand.

struct TooCold: Error, Codable, Equatable {
    var degrees: Double
}

/// Refuses values in decoding; the compiler writes the encoding.
struct Kelvin: Codable, Equatable, Sendable {
    var degrees: Double

    init(_ degrees: Double) { self.degrees = degrees }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        degrees = try container.decode(Double.self, forKey: .degrees)
        if degrees < 0 { throw TooCold(degrees: degrees) }
    }
}

/// Has such values for members.
struct Weather: Codable, Equatable, Sendable {
    var outside: Kelvin
    var inside: Kelvin
}

struct WarmUp: RemoteCallable {
    var kelvin: Kelvin
    init(_ kelvin: Kelvin) { self.kelvin = kelvin }
    func callAsFunction() -> Kelvin { Kelvin(kelvin.degrees + 1) }
}

struct CoolDown: RemoteCallable {
    var degrees: Double
    init(_ degrees: Double) { self.degrees = degrees }
    func callAsFunction() -> Kelvin { Kelvin(degrees - 1) }
}

/// A call that refuses its own arguments.
struct Warmth: RemoteCallable {
    var degrees: Double

    init(degrees: Double) { self.degrees = degrees }

    init(from decoder: any Decoder) throws {
        let kelvin = try Kelvin(from: decoder)
        degrees = kelvin.degrees
    }

    func callAsFunction() -> Double { degrees }
}

/// Refuses some values in encoding and changes others; the compiler writes the decoding.
struct Percent: Codable, Equatable, Sendable {
    var number: Int

    init(_ number: Int) { self.number = number }

    func encode(to encoder: any Encoder) throws {
        if number < 0 { throw BadLuck(number: number, text: "no percentage") }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(min(number, 100), forKey: .number)
    }
}

struct MakePercent: RemoteCallable {
    var number: Int
    func callAsFunction() -> Percent { Percent(number) }
}

/// Stops the process when it is asked to decode what nobody has sent.
struct Even: Codable, Equatable, Sendable {
    var number: Int

    init(_ number: Int) { self.number = number }

    init(from decoder: any Decoder) throws {
        number = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .number)
        precondition(number != 0 && number.isMultiple(of: 2), "nobody has sent \(number)")
    }
}

/// Decodes its properties from the last to the first.
struct Backwards: Codable, Equatable, Sendable {
    var a: Int
    var b: Double

    init(a: Int, b: Double) { (self.a, self.b) = (a, b) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        b = try container.decode(Double.self, forKey: .b)
        a = try container.decode(Int.self, forKey: .a)
    }
}

/// Looks which keys there are.
struct Curious: Codable, Equatable, Sendable {
    var a: Int

    init(a: Int) { self.a = a }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.allKeys.map(\.stringValue) == ["a"], container.contains(.a) else { throw TooCold(degrees: 0) }
        a = try container.decode(Int.self, forKey: .a)
    }
}

/// Refuses values in decoding, and says so.
struct Guarded: CustomCodable, Equatable, Sendable {
    var degrees: Double

    init(_ degrees: Double) { self.degrees = degrees }

    init(from decoder: any Decoder) throws {
        degrees = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .degrees)
        if degrees < 0 { throw TooCold(degrees: degrees) }
    }
}

/// Counts how often its conformance encodes. It is otherwise the one that the compiler writes.
struct Tallied: Codable, Equatable, Sendable {
    static let encodings = Atomic(0)

    var number: Int
    var text: String

    func encode(to encoder: any Encoder) throws {
        Self.encodings.add(1, ordering: .relaxed)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(text, forKey: .text)
    }
}

/// Swaps its text for another one in decoding.
struct Translated: Codable, Equatable, Sendable {
    var number: Int
    var text: String

    init(_ number: Int, _ text: String) { (self.number, self.text) = (number, text) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        number = try container.decode(Int.self, forKey: .number)
        text = try container.decode(String.self, forKey: .text).uppercased()
    }
}

/// An enum of which one case is decoded by hand, in another way than the compiler does it. So it travels by its plan
/// until that case occurs.
enum Unsteady: Codable, Equatable, Sendable {
    case plain(Int, String)
    case loud(Int, String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch container.allKeys.first {
        case .plain?:
            let nested = try container.nestedContainer(keyedBy: PlainCodingKeys.self, forKey: .plain)
            self = .plain(try nested.decode(Int.self, forKey: ._0), try nested.decode(String.self, forKey: ._1))
        case .loud?:
            let nested = try container.nestedContainer(keyedBy: LoudCodingKeys.self, forKey: .loud)
            let number = try nested.decode(Int.self, forKey: ._0)
            self = .loud(number, try nested.decode(String.self, forKey: ._1).uppercased())
        case nil: throw TooCold(degrees: 0)
        }
    }
}

/// Has results that travel in different ways, one after the other.
struct Shout: RemoteCallable {
    var number: Int
    var text: String

    func callAsFunction() throws -> Unsteady {
        if number % 50 == 49 { throw BadLuck(number: number, text: text) }
        return number % 30 < 25 ? .plain(number, text) : .loud(number, text)
    }

    /// What arrives.
    var expected: Result<Unsteady, BadLuck> {
        if number % 50 == 49 { return .failure(BadLuck(number: number, text: text)) }
        return .success(number % 30 < 25 ? .plain(number, text) : .loud(number, text.uppercased()))
    }
}

/// Has results of which the master refuses some in decoding.
struct Measure: RemoteCallable {
    struct Reading: Codable, Equatable, Sendable {
        var name: String
        var degrees: [Guarded]
    }

    var degrees: Double
    var name: String

    func callAsFunction() -> Reading { Reading(name: name, degrees: [Guarded(degrees)]) }
}
