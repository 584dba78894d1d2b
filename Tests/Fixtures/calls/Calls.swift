import Glibc
import MPIFutures

struct Twice: RemoteCallable {
    var x: Int
    func callAsFunction() -> Int { x &+ x }
}

/// Results that do not come in the order of the calls.
struct Wait: AsyncRemoteCallable {
    var milliseconds: Int
    func callAsFunction() async throws -> Int {
        try await Task.sleep(for: .milliseconds(milliseconds))
        return milliseconds
    }
}

struct Bytes: RemoteCallable {
    var count: Int
    func callAsFunction() -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }
}

struct Nothing: RemoteCallable {
    func callAsFunction() -> NoResult { NoResult() }
}

enum Colour: String, Codable { case red, green }

/// Arguments of many kinds, with labels of their own, in the result.
struct Echo: RemoteCallable {
    enum CodingKeys: String, CodingKey {
        case colour = "color"
        case numbers, nested, text, flag
    }
    struct Nested: Codable, Sendable {
        var a: Float
        var b: [String: Int?]
    }

    var colour: Colour
    var numbers: [Double]
    var nested: Nested?
    var text: String
    var flag: Bool

    func callAsFunction() -> Echo.Copy {
        Copy(colour: colour, numbers: numbers, nested: nested, text: text, flag: flag)
    }

    struct Copy: Codable, Sendable {
        var colour: Colour
        var numbers: [Double]
        var nested: Nested?
        var text: String
        var flag: Bool
    }
}

/// Fails on odd numbers.
struct Picky: RemoteCallable {
    struct Odd: Error, CustomStringConvertible { let description: String }
    var x: Int
    func callAsFunction() throws -> Int {
        if !x.isMultiple(of: 2) { throw Odd(description: "\(x) is odd") }
        return x
    }
}

/// Not a callable.
struct Data { var x = 0 }
