import CBOR
import Testing

/// Coders hand out their keyed containers again.
@Suite("Containers that are used again")
struct KeptContainerTests {
    private enum Key: String, CodingKey { case a, b, c }
    private enum Other: String, CodingKey { case a, b, c }

    /// Keeps containers beyond the value that they belong to.
    private final class Hoard {
        var encoders: [KeyedEncodingContainer<Key>] = []
        var decoders: [KeyedDecodingContainer<Key>] = []
    }

    private struct Hoarder: Codable {
        nonisolated(unsafe) static var hoard = Hoard()
        var number: Int

        init(number: Int) { self.number = number }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(number, forKey: .a)
            Self.hoard.encoders.append(container)
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            number = try container.decode(Int.self, forKey: .a)
            Self.hoard.decoders.append(container)
        }
    }

    /// Uses containers of other values while it is encoded or decoded.
    private struct Thief: Codable {
        var number: Int

        init(number: Int) { self.number = number }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            for var stolen in Hoarder.hoard.encoders {
                #expect(throws: CBORError.self) { try stolen.encode(7, forKey: .b) }
            }
            try container.encode(number, forKey: .a)
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for stolen in Hoarder.hoard.decoders {
                #expect(throws: CBORError.self) { try stolen.decode(Int.self, forKey: .a) }
            }
            number = try container.decode(Int.self, forKey: .a)
        }
    }

    @Test("A container that outlives its coding throws, and other codings come out right")
    func outlives() throws {
        for round in 0..<20 {
            let values = (0..<5).map { Hoarder(number: $0) }
            let bytes = try CBOREncoder().encode(values)
            #expect(try CBORDecoder().decode([Hoarder].self, from: bytes).map(\.number) == [0, 1, 2, 3, 4])
            let stolen = try CBOREncoder().encode(Thief(number: round))
            #expect(try CBORValue(parsing: stolen).diagnostic == "{\"a\": \(round)}")
            #expect(try CBORDecoder().decode(Thief.self, from: stolen).number == round)
            if round % 3 == 2 { Hoarder.hoard = Hoard() }
        }
        Hoarder.hoard = Hoard()
    }

    /// Has a container in use while the values within it use others, and goes on with its own behind them.
    private struct Tree: Codable, Equatable {
        var name: String
        var children: [Tree]
        var last: Int?

        init(name: String, children: [Tree], last: Int?) {
            (self.name, self.children, self.last) = (name, children, last)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            var copy = encoder.container(keyedBy: Key.self)
            try container.encode(name, forKey: .a)
            try copy.encode(children, forKey: .b)
            try container.encodeIfPresent(last, forKey: .c)
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Other.self)
            let copy = try decoder.container(keyedBy: Key.self)
            children = try container.decode([Tree].self, forKey: .b)
            last = try container.decodeIfPresent(Int.self, forKey: .c)
            name = try copy.decodeIfPresent(String.self, forKey: .a) ?? ""
        }
    }

    @Test("Containers of one type of keys may be in use at many levels at once")
    func levels() throws {
        func tree(_ depth: Int) -> Tree {
            Tree(
                name: "level \(depth)",
                children: depth == 0 ? [] : (0..<3).map { _ in tree(depth - 1) },
                last: depth % 2 == 0 ? nil : depth
            )
        }
        for _ in 0..<3 {
            #expect(try CBORDecoder().decode(Tree.self, from: CBOREncoder().encode(tree(5))) == tree(5))
        }
    }

    /// More types of keys than are kept.
    private struct Many<Next: Codable & Equatable>: Codable, Equatable {
        var number: Int
        var next: [Next]
    }

    @Test("More types of containers than are kept may be in use at once")
    func manyTypes() throws {
        typealias Two<T: Codable & Equatable> = Many<Many<T>>
        typealias Six<T: Codable & Equatable> = Two<Two<Two<T>>>
        func wrap<T>(_ value: T) -> Many<T> { Many(number: 1, next: [value, value]) }
        let value: Six<Int> = wrap(wrap(wrap(wrap(wrap(wrap(5))))))
        for _ in 0..<3 {
            #expect(try CBORDecoder().decode(Six<Int>.self, from: CBOREncoder().encode(value)) == value)
        }
    }

    /// Throws in the middle.
    private struct Broken: Codable {
        var isBroken: Bool
        init(isBroken: Bool) { self.isBroken = isBroken }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(isBroken, forKey: .a)
            if isBroken { throw CancellationError() }
        }
        init(from decoder: any Decoder) throws {
            isBroken = try decoder.container(keyedBy: Key.self).decode(Bool.self, forKey: .a)
            if isBroken { throw CancellationError() }
        }
    }

    @Test("A coding that fails leaves nothing to the next one")
    func failures() throws {
        for _ in 0..<5 {
            #expect(throws: CancellationError.self) { try CBOREncoder().encode([Broken(isBroken: true)]) }
            let bytes = try CBOREncoder().encode([Broken(isBroken: false)])
            #expect(bytes == [0x81, 0xA1, 0x61, 0x61, 0xF4])
            #expect(throws: CancellationError.self) {
                try CBORDecoder().decode([Broken].self, from: [0x81, 0xA1, 0x61, 0x61, 0xF5])
            }
            #expect(try CBORDecoder().decode([Broken].self, from: bytes).count == 1)
        }
    }

    @Test("A key that occurs twice among many is found wherever it is", arguments: [17, 100, 3000])
    func duplicates(_ count: Int) throws {
        let names = (0..<count).map { "the key number \($0)" }
        for twice in [1, count / 2, count - 1] {
            var entries = names.map { CBORValue.Entry(.text($0), .unsigned(1)) }
            let bytes = CBORValue.map(entries).serialised()
            #expect(try CBORDecoder().decode([String: Int].self, from: bytes).count == count)
            entries[twice] = entries[0]
            let damaged = CBORValue.map(entries).serialised()
            let error = #expect(throws: CBORError.self) {
                try CBORDecoder().decode([String: Int].self, from: damaged)
            }
            #expect(error?.code == .duplicateKey)
        }
    }
}
