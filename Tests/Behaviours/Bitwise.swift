import MPIFutures

// Types that are `BitwiseCodable`. Their conformances show whether they have run.

/// Refuses values in decoding, if it is asked.
struct BitwiseKelvin: BitwiseCodable, Equatable {
    var degrees: Double

    init(_ degrees: Double) { self.degrees = degrees }

    init(from decoder: any Decoder) throws {
        degrees = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .degrees)
        if degrees < 0 { throw TooCold(degrees: degrees) }
    }
}

/// A call that would refuse its arguments.
struct BitwiseWarmth: RemoteCallable, BitwiseCodable {
    var kelvin: BitwiseKelvin

    init(_ degrees: Double) { kelvin = BitwiseKelvin(degrees) }

    init(from decoder: any Decoder) throws { kelvin = try BitwiseKelvin(from: decoder) }

    func callAsFunction() -> BitwiseKelvin { kelvin }
}

/// Refuses to be encoded or decoded.
struct Reading: BitwiseCodable, Equatable {
    enum Unit: Codable { case kelvin, celsius }

    var value: Double?
    var unit: Unit

    init(value: Double?, unit: Unit) { (self.value, self.unit) = (value, unit) }

    init(from decoder: any Decoder) throws { throw BadLuck(number: 0, text: "a reading is its bytes") }

    func encode(to encoder: any Encoder) throws { throw BadLuck(number: 0, text: "a reading is its bytes") }
}

/// Has a number that it checks, beside a property that is its bytes.
struct Room: Codable, Equatable, Sendable {
    var air: BitwiseKelvin
    var number: Int

    init(air: BitwiseKelvin, number: Int) { (self.air, self.number) = (air, number) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        air = try container.decode(BitwiseKelvin.self, forKey: .air)
        number = try container.decode(Int.self, forKey: .number)
        if number < 0 { throw TooCold(degrees: Double(number)) }
    }
}

struct Padded: BitwiseCodable, Equatable {
    var flag: Bool
    var number: Int
}

struct Flagged: Codable, Equatable, Sendable {
    var inner: Padded
    var number: Int
}

/// Changes values in decoding; not trivial, because of the text.
struct Label: BitwiseCodable, Equatable {
    var text: String

    init(_ text: String) { self.text = text }

    init(from decoder: any Decoder) throws {
        text = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .text) + ", decoded"
    }
}
