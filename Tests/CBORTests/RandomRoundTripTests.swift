import CBOR
import Support
import Testing

/// Random values, and random damage to their bytes; a failure names the seed.
@Suite("Random values", .ownThread)
struct RandomRoundTripTests {
    /// A type with a property of every kind that `Codable` has.
    struct Sample: Codable, Equatable {
        indirect enum Choice: Codable, Equatable {
            case none
            case number(Int64)
            case pair(String, right: Sample?)
        }

        var flag: Bool
        var small: Int8?
        var wide: UInt64
        var text: String
        var bytes: [UInt8]
        var numbers: [Int32]
        var matrix: [[Float]]
        var names: [String: Int?]
        var places: [Int: String]
        var weights: [UInt8: Bool]
        var choice: Choice
        var children: [Sample]

        init(using generator: inout SeededGenerator, depth: Int = 3) {
            func list<T>(_ make: () -> T) -> [T] {
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in make() }
            }
            flag = Bool.random(using: &generator)
            small = Bool.random(using: &generator) ? nil : Int8(truncatingIfNeeded: generator.next())
            wide = generator.anyUnsigned()
            text = generator.anyText()
            bytes = generator.anyBytes()
            numbers = list { Int32(truncatingIfNeeded: generator.next()) }
            matrix = list { list { Float(Int32(truncatingIfNeeded: generator.next())) / 256 } }
            names = Dictionary(list { (generator.anyText(), [nil, 5].randomElement(using: &generator) ?? nil) }) { $1 }
            places = Dictionary(list { (Int(truncatingIfNeeded: generator.next()), generator.anyText()) }) { $1 }
            weights = Dictionary(list { (UInt8(truncatingIfNeeded: generator.next()), true) }) { $1 }
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: choice = .none
            case 1: choice = .number(Int64(truncatingIfNeeded: generator.next()))
            default:
                let isLeaf = depth == 0 || Bool.random(using: &generator)
                choice = .pair(
                    generator.anyText(),
                    right: isLeaf ? nil : Sample(using: &generator, depth: depth - 1)
                )
            }
            children = depth == 0 ? [] : list { Sample(using: &generator, depth: depth - 1) }
        }
    }

    @Test("Codable values come back", arguments: 0..<200 as Range<UInt64>)
    func codable(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let sample = Sample(using: &generator, depth: 2)
        let encoding = try CBOREncoder().encode(sample)
        #expect(try CBORDecoder().decode(Sample.self, from: encoding) == sample, "seed \(seed)")
        let deterministic = try CBOREncoder(form: .deterministic).encode(sample)
        #expect(try CBORDecoder().decode(Sample.self, from: deterministic) == sample, "seed \(seed)")
        #expect(try CBORValue(parsing: encoding).serialised() == deterministic, "seed \(seed)")
    }

    @Test("Values come back", arguments: 0..<2000 as Range<UInt64>)
    func values(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = generator.anyValue()
        let encoding = value.serialised()
        let copy = try CBORValue(parsing: encoding)
        #expect(copy.serialised() == encoding, "seed \(seed)")
    }

    @Test("Damaged bytes are refused or read, but do no harm", arguments: 0..<100 as Range<UInt64>)
    func damage(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let encoding = try CBOREncoder().encode(Sample(using: &generator, depth: 1))
        for _ in 0..<100 {
            var damaged = encoding
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: damaged.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: damaged.remove(at: place)
                case 2: damaged.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                default: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                if damaged.isEmpty { break }
            }
            if let sample = try? CBORDecoder().decode(Sample.self, from: damaged) {
                // What the decoder takes is well-formed and encodes a sample.
                #expect(throws: Never.self, "seed \(seed): \(hex(damaged))") { try CBORValue(parsing: damaged) }
                let encoding = try CBOREncoder().encode(sample)
                let copy = try CBORDecoder().decode(Sample.self, from: encoding)
                // With a NaN in it no copy is equal to any other.
                let other = try CBORDecoder().decode(Sample.self, from: encoding)
                #expect(copy == sample || copy != other, "seed \(seed): \(hex(damaged))")
            }
        }
    }
}
