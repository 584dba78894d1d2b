import CBOR
import Support

extension SeededGenerator {
    /// A number whose length in bits, not whose value, is evenly distributed.
    mutating func anyUnsigned() -> UInt64 {
        next() >> UInt64.random(in: 0..<64, using: &self)
    }

    mutating func anyDouble() -> Double {
        switch Int.random(in: 0..<6, using: &self) {
        case 0: [0, -0.0, .infinity, -.infinity, 1.5, 65504, 0x1p-24, 0x1p-149].randomElement(using: &self) ?? 0
        case 1: Double(Float(bitPattern: UInt32(truncatingIfNeeded: next())))
        case 2: Double(Int32(truncatingIfNeeded: next())) / 16
        default: Double(bitPattern: next())
        }
    }

    mutating func anyText() -> String {
        let alphabet: [Unicode.Scalar] = ["a", "Z", "\"", "\\", "\n", "\0", "é", "水", "𐅑", "🏴", "\u{301}", "\u{7F}"]
        return (0..<Int.random(in: 0...30, using: &self)).reduce(into: "") { text, _ in
            text.unicodeScalars.append(alphabet.randomElement(using: &self) ?? "a")
        }
    }

    mutating func anyBytes() -> [UInt8] {
        (0..<Int.random(in: 0...40, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// A value of any kind.
    ///
    /// - Parameter isPlain: leave out what Python's `cbor2` reads as something else than it was written from: tags,
    ///   simple values, NaNs with a payload, and keys that are arrays or maps.
    mutating func anyValue(depth: Int = 4, isPlain: Bool = false) -> CBORValue {
        switch Int.random(in: 0..<(depth > 0 ? 13 : 9), using: &self) {
        case 0, 1: return .unsigned(anyUnsigned())
        case 2: return .negative(anyUnsigned())
        case 3: return .bytes(anyBytes())
        case 4: return .text(anyText())
        case 5: return .bool(Bool.random(using: &self))
        case 6: return .null
        case 7:
            let number = anyDouble()
            return .float(isPlain && number.isNaN ? .nan : number)
        case 8 where !isPlain:
            let simple = CBORValue.SimpleValue(rawValue: UInt8.random(in: 0...255, using: &self))
            return simple.map { .simple($0) } ?? .undefined
        case 9 where !isPlain:
            return .tagged(anyUnsigned(), anyValue(depth: depth - 1))
        case 9, 10:
            return .array((0..<anyCount()).map { _ in anyValue(depth: depth - 1, isPlain: isPlain) })
        case 11, 12:
            var keys: Set<CBORValue> = []
            var entries: [CBORValue.Entry] = []
            for _ in 0..<anyCount() {
                let key = isPlain ? anyKey() : anyValue(depth: depth - 1)
                let isNew = keys.insert((try? CBORValue(parsing: key.serialised())) ?? key).inserted
                if isNew { entries.append(.init(key, anyValue(depth: depth - 1, isPlain: isPlain))) }
            }
            return .map(entries)
        default:
            return .undefined
        }
    }

    private mutating func anyCount() -> Int {
        Int.random(in: 0...9, using: &self) == 0 ? 25 : Int.random(in: 0...5, using: &self)
    }

    private mutating func anyKey() -> CBORValue {
        switch Int.random(in: 0..<3, using: &self) {
        case 0: .unsigned(2 + anyUnsigned() / 2)
        case 1: .bytes(anyBytes())
        default: .text(anyText())
        }
    }
}
