import CBOR
import Support
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Deep nesting ends in an error, whatever the thread's stack.
@Suite("Depth", .ownThread)
struct DepthTests {
    final class Node: Codable {
        var next: Node?
        init(next: Node?) { self.next = next }

        static func chain(_ length: Int) -> Node? {
            (0..<length).reduce(nil) { node, _ in Node(next: node) }
        }

        var length: Int {
            var count = 0
            var node: Node? = self
            while let current = node { (count, node) = (count + 1, current.next) }
            return count
        }
    }

    indirect enum Tree: Codable {
        case leaf
        case branch(Tree, [Tree?])
    }

    @Test("The limit itself is allowed, one more is not")
    func limit() throws {
        let encoding = try CBOREncoder().encode(Node.chain(100))
        for limit in [99, 100, 101, 102] {
            let encoder = CBOREncoder(depthLimit: limit)
            let decoder = CBORDecoder(depthLimit: limit)
            // The optional around the first node is a level too.
            if limit > 100 {
                #expect(try encoder.encode(Node.chain(100)) == encoding)
                #expect(try decoder.decode(Node?.self, from: encoding)?.length == 100)
            } else {
                let encoding = #expect(throws: CBORError.self) { try encoder.encode(Node.chain(100)) }
                #expect(encoding?.code == .tooDeep)
                let decoding = #expect(throws: CBORError.self) { try decoder.decode(Node?.self, from: bytes(deep)) }
                #expect(decoding?.code == .tooDeep)
            }
        }
        var deep: String { (0..<100).map { _ in "a1646e657874" }.joined() + "f6" }
    }

    @Test("A value: arrays, maps and tags count", arguments: ["81", "a100", "c1", "9f", "bf00", "d818"])
    func valueLimit(_ head: String) throws {
        func nested(_ levels: Int) -> [UInt8] {
            let ending = head == "9f" || head == "bf00" ? "ff" : ""
            return bytes(String(repeating: head, count: levels) + "00" + String(repeating: ending, count: levels))
        }
        #expect(throws: Never.self) { try CBORValue(parsing: nested(20), depthLimit: 20) }
        let error = #expect(throws: CBORError.self) { try CBORValue(parsing: nested(21), depthLimit: 20) }
        #expect(error?.code == .tooDeep)
        #expect(throws: Never.self) { try CBORDecoder(depthLimit: 20).decode(Ignorant.self, from: nested(20)) }
        let skipping = #expect(throws: CBORError.self) {
            try CBORDecoder(depthLimit: 20).decode(Ignorant.self, from: nested(21))
        }
        #expect(skipping?.code == .tooDeep)
    }

    struct Ignorant: Decodable {
        init(from decoder: any Decoder) {}
    }

    @Test("The default limit holds on a small stack", arguments: [128 << 10, 256 << 10, 512 << 10])
    func smallStack(_ stack: Int) throws {
        let reached = try onThread(stack: stack) {
            var depth = 1
            while depth < 2000 {
                let encoding: [UInt8]
                do {
                    encoding = try CBOREncoder().encode(Node.chain(depth))
                } catch let error as CBORError {
                    #expect(error.code == .tooDeep)
                    break
                }
                do {
                    #expect(try CBORDecoder().decode(Node?.self, from: encoding)?.length == depth)
                    _ = try CBORValue(parsing: encoding).json
                } catch let error as CBORError {
                    #expect(error.code == .tooDeep)
                }
                depth += 7
            }
            return depth
        }
        #expect(reached > 20 && reached <= 512 + 7)
    }

    @Test(
        "Input a million levels deep is refused on a small stack",
        arguments: ["81", "a100", "c1", "9f", "bf00", "d8508181"]
    )
    func hostileInput(_ head: String) throws {
        let hostile = Array(repeatElement(bytes(head), count: 1_000_000).joined())
        try onThread(stack: 128 << 10) {
            func refuse(_ body: () throws -> Void) {
                #expect(throws: (any Error).self) { try body() }
            }
            refuse { _ = try CBORValue(parsing: hostile, depthLimit: .max) }
            refuse { _ = try CBORDecoder(depthLimit: .max).decode(Nest.self, from: hostile) }
            refuse { _ = try CBORDecoder(depthLimit: .max).decode(Ignorant.self, from: hostile) }
            refuse { _ = try CBORDecoder().decode(Int.self, from: hostile) }
            refuse { _ = try CBORDecoder().decode(String.self, from: hostile) }
            refuse { _ = try CBORDecoder().decode([Double].self, from: hostile) }
            refuse { _ = try CBORDecoder().decode(Tree.self, from: hostile) }
            refuse { _ = try CBORDecoder().decode([Int: Nest].self, from: hostile) }
        }
    }

    @Test("A value that could be parsed can be printed, written and compared", arguments: ["81", "a100", "a1", "c1"])
    func walkedAgain(_ head: String) throws {
        func nested(_ levels: Int) -> [UInt8] {
            bytes(String(repeating: head, count: levels)) + [UInt8](repeating: 0, count: head == "a1" ? levels + 1 : 1)
        }
        let deepest = try onThread(stack: 256 << 10) {
            var depth = 1
            while (try? CBORValue(parsing: nested(depth + 1), depthLimit: .max)) != nil { depth += 1 }
            let value = try CBORValue(parsing: nested(depth), depthLimit: .max)
            let other = try CBORValue(parsing: nested(depth), depthLimit: .max)
            #expect(value == other && value.hashValue == other.hashValue)
            #expect(value.serialised() == nested(depth))
            #expect(value.json.utf8.count > 0 && value.diagnostic.utf8.count > depth)
            return depth
        }
        #expect(deepest > 20)
    }

    /// An array of itself.
    struct Nest: Codable {
        var content: [Nest] = []

        init(content: [Nest] = []) { self.content = content }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            while !container.isAtEnd { content.append(try container.decode(Nest.self)) }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            for nest in content { try container.encode(nest) }
        }
    }

    @Test("Without a limit the stack is the limit")
    func noLimit() throws {
        let depth = try onThread(stack: 256 << 10) {
            var nest = Nest()
            var depth = 0
            while (try? CBOREncoder(form: .deterministic, depthLimit: .max).encode(nest)) != nil {
                nest = Nest(content: [nest])
                depth += 1
            }
            return depth
        }
        #expect(depth > 20)
    }
}
