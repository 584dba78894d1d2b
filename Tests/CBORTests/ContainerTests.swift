import CBOR
import Testing

/// What `Codable` allows beyond what the compiler writes: nested containers in any order, superclasses, errors caught.
@Suite("Containers")
struct ContainerTests {
    enum Key: String, CodingKey {
        case a, b, c, d
    }

    /// Encodes by a closure.
    struct Script: Encodable {
        let body: (any Encoder) throws -> Void

        func encode(to encoder: any Encoder) throws {
            try body(encoder)
        }
    }

    private func diagnostic(_ body: @escaping (any Encoder) throws -> Void) throws -> String {
        try CBORValue(parsing: CBOREncoder().encode(Script(body: body))).diagnostic
    }

    @Test("Two nested containers may be written in turn")
    func interleaved() throws {
        let text = try diagnostic { encoder in
            var outer = encoder.container(keyedBy: Key.self)
            var a = outer.nestedUnkeyedContainer(forKey: .a)
            try a.encode(1)
            var b = outer.nestedUnkeyedContainer(forKey: .b)
            try b.encode("x")
            try a.encode(2)
            try outer.encode(true, forKey: .c)
            try b.encode("y")
            try a.encode(3)
        }
        #expect(text == #"{"a": [1, 2, 3], "b": ["x", "y"], "c": true}"#)
    }

    @Test("Columns written row by row, past the count that a short head holds", arguments: [22, 23, 24, 25, 5000])
    func columns(_ count: Int) throws {
        let encoding = try CBOREncoder().encode(
            Script { encoder in
                var outer = encoder.container(keyedBy: Key.self)
                var a = outer.nestedUnkeyedContainer(forKey: .a)
                var b = outer.nestedContainer(keyedBy: Key.self, forKey: .b)
                var inner = b.nestedUnkeyedContainer(forKey: .c)
                for row in 0..<count {
                    try a.encode(row)
                    try inner.encode([row])
                }
                try b.encode(count, forKey: .d)
            }
        )
        struct Columns: Decodable {
            struct Inner: Decodable {
                var c: [[Int]]
                var d: Int
            }
            var a: [Int]
            var b: Inner
        }
        let columns = try CBORDecoder().decode(Columns.self, from: encoding)
        #expect(columns.a == Array(0..<count))
        #expect(columns.b.c == (0..<count).map { [$0] })
        #expect(columns.b.d == count)
    }

    @Test("A container that was closed when it had a break goes on before it")
    func continuedBehindBreak() throws {
        let encoding = try CBOREncoder().encode(
            Script { encoder in
                var outer = encoder.unkeyedContainer()
                var a = outer.nestedUnkeyedContainer()
                for number in 0..<30 { try a.encode(number) }
                var last = a.nestedUnkeyedContainer()
                try outer.encode("between")
                try last.encode("late")
                try a.encode(30)
                try last.encode("later")
            }
        )
        let list = (0..<30).map(String.init).joined(separator: ", ")
        #expect(
            try CBORValue(parsing: encoding).diagnostic == #"[[\#(list), ["late", "later"], 30], "between"]"#
        )
    }

    @Test("A super encoder may be used after what follows it")
    func lateSuperEncoder() throws {
        let text = try diagnostic { encoder in
            var outer = encoder.unkeyedContainer()
            let first = outer.superEncoder()
            let second = outer.superEncoder()
            _ = outer.superEncoder()
            try outer.encode(3)
            var inSecond = second.container(keyedBy: Key.self)
            try inSecond.encode(2, forKey: .b)
            try [1.5].encode(to: first)
            try inSecond.encode(1, forKey: .a)
        }
        #expect(text == #"[[1.5], {"b": 2, "a": 1}, {}, 3]"#)
    }

    class Animal: Codable {
        var name: String
        init(name: String) { self.name = name }
    }

    final class Dog: Animal {
        var tricks: [String]
        private enum Key: String, CodingKey { case tricks }

        init(name: String, tricks: [String]) {
            self.tricks = tricks
            super.init(name: name)
        }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            tricks = try container.decode([String].self, forKey: .tricks)
            try super.init(from: container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            let parent = container.superEncoder()
            try container.encode(tricks, forKey: .tricks)
            try super.encode(to: parent)
        }
    }

    final class Cat: Animal {
        var lives = 9
        private enum Key: String, CodingKey { case lives }

        override init(name: String) { super.init(name: name) }

        required init(from decoder: any Decoder) throws {
            try super.init(from: decoder)
            lives = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .lives)
        }

        override func encode(to encoder: any Encoder) throws {
            try super.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(lives, forKey: .lives)
        }
    }

    @Test("Classes keep their superclass's part under a key or beside their own")
    func classes() throws {
        let dog = Dog(name: "Rex", tricks: ["sit"])
        let encoding = try CBOREncoder().encode(dog)
        #expect(try CBORValue(parsing: encoding).diagnostic == #"{"super": {"name": "Rex"}, "tricks": ["sit"]}"#)
        let copy = try CBORDecoder().decode(Dog.self, from: encoding)
        #expect(copy.name == "Rex" && copy.tricks == ["sit"])

        let cat = Cat(name: "Tom")
        cat.lives = 7
        let cats = try CBOREncoder().encode([cat, cat])
        #expect(try CBORValue(parsing: cats).json == #"[{"name":"Tom","lives":7},{"name":"Tom","lives":7}]"#)
        let copies = try CBORDecoder().decode([Cat].self, from: cats)
        #expect(copies.map(\.lives) == [7, 7])
    }

    @Test("Entries may be read in any order, and some not at all")
    func orderOfReading() throws {
        struct Reversed: Decodable {
            var numbers: [Int]
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                #expect(container.contains(.d) && !container.contains(.c))
                let d = try container.decode(Int.self, forKey: .d)
                let b = try container.nestedContainer(keyedBy: Key.self, forKey: .b)
                let a = try container.decode(Int.self, forKey: .a)
                numbers = [a, try b.decode(Int.self, forKey: .c), d, try container.decode(Int.self, forKey: .a)]
            }
        }
        let value = CBORValue.map([
            .init(.text("a"), .integer(1)), .init(.integer(7), .null), .init(.text("other"), .array([.null])),
            .init(.text("b"), .map([.init(.text("b"), .integer(0)), .init(.text("c"), .integer(2))])),
            .init(.text("d"), .integer(4)),
        ])
        let list = CBORValue.array([value, value]).serialised()
        #expect(try CBORDecoder().decode([Reversed].self, from: list).map(\.numbers) == [[1, 2, 4, 1], [1, 2, 4, 1]])
    }

    @Test("Integer keys and their text name the same entry")
    func integerKeys() throws {
        struct Numbered: Decodable, Equatable {
            enum Key: Int, CodingKey { case first = 1, second = -2 }
            var sum: Int
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                #expect(container.allKeys.count == 2)
                sum = try container.decode(Int.self, forKey: .second) + container.decode(Int.self, forKey: .first)
            }
        }
        #expect(try CBORDecoder().decode(Numbered.self, from: bytes("a201182a2105")).sum == 47)
        #expect(try CBORDecoder().decode(Numbered.self, from: bytes("a2667365636f6e6405011a00000001")).sum == 6)
        #expect(
            try CBORDecoder().decode([Int: Bool].self, from: bytes("a3613 5f5 20f4 622d37f5")) == [
                5: true, -1: false, -7: true,
            ]
        )
        #expect(
            try CBORDecoder().decode([String: Bool].self, from: bytes("a26135f5 20f4")) == ["5": true, "-1": false]
        )
    }

    @Test("A copied container reads the same elements again")
    func lookahead() throws {
        struct Numbers: Decodable {
            var texts: [String] = []
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                while !container.isAtEnd {
                    var probe = container
                    if let number = try? probe.decode(Int.self) {
                        texts.append("\(number)")
                        container = probe
                    } else if try container.decodeNil() {
                        texts.append("-")
                    } else if let text = try? container.decode(String.self) {
                        texts.append(text)
                    } else {
                        let nested = try container.nestedContainer(keyedBy: Key.self)
                        texts.append("a: \(try nested.decode(Int.self, forKey: .a))")
                    }
                }
                #expect(container.currentIndex == 5)
                #expect(throws: DecodingError.self) { try container.decode(Int.self) }
            }
        }
        for encoding in ["8501616bf6a2616205616109 02", "9f01616bf6a2616205616109 02ff"] {
            let numbers = try CBORDecoder().decode(Numbers.self, from: bytes(encoding))
            #expect(numbers.texts == ["1", "k", "-", "a: 9", "2"])
        }
    }

    @Test("An item that fails to encode leaves nothing behind when its error is caught")
    func caughtError() throws {
        struct Broken: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode("partly")
                _ = container.superEncoder()
                try container.encode("written")
                throw EncodingError.invalidValue(
                    self,
                    .init(codingPath: encoder.codingPath, debugDescription: "broken")
                )
            }
        }
        let text = try diagnostic { encoder in
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(1, forKey: .a)
            #expect(throws: EncodingError.self) { try container.encode(Broken(), forKey: .b) }
            var list = container.nestedUnkeyedContainer(forKey: .c)
            #expect(throws: EncodingError.self) { try list.encode(Broken()) }
            try list.encode(2)
            #expect(list.count == 1)
        }
        #expect(text == #"{"a": 1, "c": [2]}"#)
    }

    @Test("A failed encoding leaves the buffer as it was")
    func restoredBuffer() throws {
        struct Failure: Error, Equatable {}
        for count in [0, 3, 5000] {
            var buffer = [UInt8](repeating: 1, count: count)
            let former = buffer
            #expect(throws: Failure()) {
                try CBOREncoder().encode(
                    Script { encoder in
                        var container = encoder.unkeyedContainer()
                        let late = container.superEncoder()
                        try container.encode([UInt8](repeating: 2, count: 10_000))
                        try [1, 2].encode(to: late)
                        throw Failure()
                    },
                    appendingTo: &buffer
                )
            }
            #expect(buffer == former)
            try CBOREncoder().encode(["k": 5], appendingTo: &buffer)
            #expect(buffer == former + [0xA1, 0x61, 0x6B, 5])
        }
    }

    @Test("Misuse is an error, never a trap")
    func misuse() throws {
        final class Box { var container: KeyedEncodingContainer<Key>? }
        let box = Box()
        #expect(throws: CBORError.self) {
            try diagnostic { encoder in
                _ = encoder.container(keyedBy: Key.self)
                _ = encoder.unkeyedContainer()
            }
        }
        #expect(throws: CBORError.self) {
            try diagnostic { encoder in
                var container = encoder.singleValueContainer()
                try container.encode(1)
                try container.encode(2)
            }
        }
        #expect(try diagnostic { box.container = $0.container(keyedBy: Key.self) } == "{}")
        #expect(throws: CBORError.self) { try box.container?.encode(1, forKey: .a) }
        #expect(box.container?.codingPath.isEmpty == true)

        final class Escaped: Decodable {
            let container: KeyedDecodingContainer<Key>
            var list: any UnkeyedDecodingContainer
            init(from decoder: any Decoder) throws {
                container = try decoder.container(keyedBy: Key.self)
                list = try container.nestedUnkeyedContainer(forKey: .a)
            }
        }
        let escaped = try CBORDecoder().decode(Escaped.self, from: bytes("a161618101"))
        #expect(throws: CBORError.self) { try escaped.container.decode(Int.self, forKey: .a) }
        #expect(throws: CBORError.self) { try escaped.list.decode(Int.self) }
        #expect(!escaped.container.contains(.a) && escaped.container.allKeys.isEmpty && !escaped.list.isAtEnd)
    }
}
