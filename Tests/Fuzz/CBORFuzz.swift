// libFuzzer calls `LLVMFuzzerTestOneInput` with one input after the other. A trap, a memory error, a leak or a broken
// promise ends the run. `Tests/Fuzz/run` compiles this file together with the codec.

/// A type with a property of every kind that `Codable` has, all of them optional so that most inputs get far.
private struct Everything: Codable {
    indirect enum Choice: Codable {
        case none
        case number(Int64)
        case pair(String, right: Everything?)
    }

    final class Node: Codable {
        var next: Node?
        var b: Bool?
    }

    var a: Bool?
    var b: Int8?
    var c: UInt64?
    var d: Double?
    var e: Float?
    var f: String?
    var g: [UInt8]?
    var h: [Int32]?
    var i: [[Float]]?
    var j: [String: Int?]?
    var k: [Int: String]?
    var l: [Int8: Bool]?
    var m: Choice?
    var n: [Everything]?
    var o: Set<Int16>?
    var p: Node?
    var q: Float16?
    var r: [Bool?]?
    var s: [String]?
}

/// Reads a map in another order than the one it was written in, and half of it twice.
private struct Backwards: Decodable {
    enum Key: String, CodingKey { case a, b, c }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        _ = container.allKeys
        _ = try? container.decode(Int.self, forKey: .c)
        if var list = try? container.nestedUnkeyedContainer(forKey: .b) {
            var copy = list
            _ = try? copy.decode(Backwards.self)
            if let nested = try? list.nestedContainer(keyedBy: Key.self) {
                _ = try? nested.decode([Double].self, forKey: .a)
            }
            _ = try? list.superDecoder().singleValueContainer().decodeNil()
        }
        _ = try? container.decodeIfPresent(String.self, forKey: .a)
        _ = try? container.nestedContainer(keyedBy: Key.self, forKey: .c).contains(.b)
    }
}

private struct Ignorant: Decodable {
    init(from decoder: any Decoder) {}
}

/// Whatever decodes must survive a round trip: the copy's bytes are as many, if not in the same order.
private func roundTrip<T: Codable>(_ type: T.Type, _ input: UnsafeRawBufferPointer) {
    guard let value = try? CBORDecoder().decode(type, from: input) else { return }
    do {
        let encoding = try CBOREncoder().encode(value)
        let copy = try CBORDecoder().decode(type, from: encoding)
        let second = try CBOREncoder().encode(copy)
        precondition(second.count == encoding.count, "\(type) changed on its way")
        _ = try CBORValue(parsing: encoding, depthLimit: 4096)
    } catch {
        fatalError("\(type) does not survive a round trip: \(error)")
    }
}

/// Tries one input, as libFuzzer wants it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    if let value = try? CBORValue(parsing: input) {
        let serialised = value.serialised()
        guard let copy = try? CBORValue(parsing: serialised) else { fatalError("what was serialised does not parse") }
        precondition(copy.serialised() == serialised, "serialising is no fixpoint")
        precondition(copy.diagnostic.utf8.count == value.diagnostic.utf8.count, "the value changed")
        _ = value.json
        // What parses is well-formed, so skipping it finds nothing wrong.
        guard (try? CBORDecoder().decode(Ignorant.self, from: input)) != nil else { fatalError("skipping disagrees") }
    }
    _ = try? CBORDecoder().decode(Backwards.self, from: input)
    roundTrip(Everything.self, input)
    roundTrip([Everything].self, input)
    roundTrip([Double].self, input)
    roundTrip([UInt8].self, input)
    roundTrip([Float16].self, input)
    roundTrip([String: [Int]].self, input)
    roundTrip([Int: [Int?]].self, input)
    roundTrip(String.self, input)
    roundTrip(Double?.self, input)
    roundTrip(Set<Double>.self, input)
    return 0
}
