import Foundation
import Support
import Testing

// Types of all shapes whose conformances are the compiler's.

struct Point: AnyValue {
    var x, y, z: Double
    static func any(_ generator: inout SeededGenerator) -> Point {
        Point(x: .any(&generator), y: .any(&generator), z: .any(&generator))
    }
}

struct Row: AnyValue {
    var index: Int
    var weight: Double
    var name: String
    static func any(_ generator: inout SeededGenerator) -> Row {
        Row(index: .any(&generator), weight: .any(&generator), name: .any(&generator))
    }
}

/// Has bytes between its members that mean nothing.
struct Gaps: AnyValue {
    var a: UInt8
    var b: Int64
    var c: Bool
    var d: Int16
    var e: String?
    var f: Bool
    static func any(_ generator: inout SeededGenerator) -> Gaps {
        Gaps(
            a: .any(&generator),
            b: .any(&generator),
            c: .any(&generator),
            d: .any(&generator),
            e: .any(&generator),
            f: .any(&generator)
        )
    }
}

extension Int64: AnyValue {}

struct Empty: AnyValue {
    static func any(_ generator: inout SeededGenerator) -> Empty { Empty() }
}

struct WithEmpty: AnyValue {
    var before: Empty
    var number: Int
    var after: Empty?
    static func any(_ generator: inout SeededGenerator) -> WithEmpty {
        WithEmpty(before: Empty(), number: .any(&generator), after: .any(&generator))
    }
}

struct Optionals: AnyValue {
    var a: Int?
    var b: Double?
    var c: Bool?
    var d: String?
    var e: [Int]?
    var f: Point?
    var g: Colour?
    static func any(_ generator: inout SeededGenerator) -> Optionals {
        Optionals(
            a: .any(&generator),
            b: .any(&generator),
            c: .any(&generator),
            d: .any(&generator),
            e: .any(&generator),
            f: .any(&generator),
            g: .any(&generator)
        )
    }
}

enum Colour: String, CaseIterable, AnyValue {
    case red, green, blue, white, black
    static func any(_ generator: inout SeededGenerator) -> Colour { allCases.randomElement(using: &generator) ?? .red }
}

enum Level: Int, CaseIterable, AnyValue {
    case low = -1
    case high = 7
    static func any(_ generator: inout SeededGenerator) -> Level { allCases.randomElement(using: &generator) ?? .low }
}

/// Has cases without raw values, whose conformance the compiler writes as for payloads.
enum Mark: CaseIterable, AnyValue {
    case begin, end, other
    static func any(_ generator: inout SeededGenerator) -> Mark { allCases.randomElement(using: &generator) ?? .end }
}

enum Single: AnyValue {
    case only
    static func any(_ generator: inout SeededGenerator) -> Single { .only }
}

struct Coloured: AnyValue {
    var number: Int32
    var colour: Colour
    var mark: Mark
    static func any(_ generator: inout SeededGenerator) -> Coloured {
        Coloured(number: .any(&generator), colour: .any(&generator), mark: .any(&generator))
    }
}

enum Event: AnyValue {
    case none
    case count(Int)
    case pair(Int32, label: String)
    case point(Point)
    case maybe(String?)
    case list([Row])
    case flag(isOn: Bool)
    static func any(_ generator: inout SeededGenerator) -> Event {
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: .none
        case 1: .count(.any(&generator))
        case 2: .pair(.any(&generator), label: .any(&generator))
        case 3: .point(.any(&generator))
        case 4: .maybe(.any(&generator))
        case 5: .list(.any(&generator))
        default: .flag(isOn: .any(&generator))
        }
    }
}

/// Has one payload whose unused bits count the other cases.
enum Narrow: AnyValue {
    case text(String)
    case a, b, c
    static func any(_ generator: inout SeededGenerator) -> Narrow {
        [.text(.any(&generator)), .a, .b, .c].randomElement(using: &generator) ?? .a
    }
}

/// Has payloads whose spare bits tell the cases apart.
enum Spare: AnyValue {
    case numbers([Int])
    case rows([Row])
    case names([String: Int])
    case set(Set<Int>)
    static func any(_ generator: inout SeededGenerator) -> Spare {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: .numbers(.any(&generator))
        case 1: .rows(.any(&generator))
        case 2: .names(.any(&generator))
        default: .set(.any(&generator))
        }
    }
}

indirect enum Expression: AnyValue {
    case number(Double)
    case sum(Expression, Expression)
    case call(name: String, arguments: [Expression])
    case nothing
    static func any(_ generator: inout SeededGenerator) -> Expression { any(&generator, depth: 4) }

    static func any(_ generator: inout SeededGenerator, depth: Int) -> Expression {
        switch Int.random(in: 0..<(depth > 0 ? 5 : 2), using: &generator) {
        case 0: .number(.any(&generator))
        case 1: .nothing
        case 2, 3: .sum(any(&generator, depth: depth - 1), any(&generator, depth: depth - 1))
        default:
            .call(name: .any(&generator), arguments: [any(&generator, depth: depth - 1)])
        }
    }
}

struct Tree: AnyValue {
    var name: String
    var children: [Tree]
    static func any(_ generator: inout SeededGenerator) -> Tree { any(&generator, depth: 3) }

    static func any(_ generator: inout SeededGenerator, depth: Int) -> Tree {
        let count = depth == 0 ? 0 : Int.random(in: 0...3, using: &generator)
        return Tree(name: .any(&generator), children: (0..<count).map { _ in any(&generator, depth: depth - 1) })
    }
}

struct Box<Content: AnyValue>: AnyValue {
    var number: UInt8
    var content: Content
    static func any(_ generator: inout SeededGenerator) -> Box {
        Box(number: .any(&generator), content: .any(&generator))
    }
}

enum Either<Left: AnyValue, Right: AnyValue>: AnyValue {
    case left(Left)
    case right(Right)
    indirect case both(Left, Right)
    static func any(_ generator: inout SeededGenerator) -> Either {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: .left(.any(&generator))
        case 1: .right(.any(&generator))
        default: .both(.any(&generator), .any(&generator))
        }
    }
}

@propertyWrapper
struct Plain<Value: AnyValue>: AnyValue {
    var wrappedValue: Value
    static func any(_ generator: inout SeededGenerator) -> Plain { Plain(wrappedValue: .any(&generator)) }
}

struct Wrapped: AnyValue {
    @Plain var text: String
    @Plain var number: Int
    static func any(_ generator: inout SeededGenerator) -> Wrapped {
        Wrapped(text: .any(&generator), number: .any(&generator))
    }
}

struct Renamed: AnyValue {
    var first: String
    var second: Int
    enum CodingKeys: String, CodingKey {
        case first = "1st"
        case second = "2nd"
    }
    static func any(_ generator: inout SeededGenerator) -> Renamed {
        Renamed(first: .any(&generator), second: .any(&generator))
    }
}

/// Has members of Foundation, and one whose conformance runs.
struct Stamped: AnyValue {
    var date: Date
    var id: UUID
    var data: Data
    var link: URL
    var name: String
    static func any(_ generator: inout SeededGenerator) -> Stamped {
        Stamped(
            date: .any(&generator),
            id: .any(&generator),
            data: .any(&generator),
            link: .any(&generator),
            name: .any(&generator)
        )
    }
}

/// Has a member whose conformance is written by hand.
struct Measured: AnyValue {
    var name: String
    var celsius: Celsius
    var others: [Celsius]
    static func any(_ generator: inout SeededGenerator) -> Measured {
        Measured(name: .any(&generator), celsius: .any(&generator), others: .any(&generator))
    }
}

struct Celsius: AnyValue {
    var degrees: Double
    static func any(_ generator: inout SeededGenerator) -> Celsius { Celsius(degrees: .any(&generator)) }

    init(degrees: Double) { self.degrees = degrees }
    init(from decoder: any Decoder) throws {
        degrees = try decoder.singleValueContainer().decode(Double.self)
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(degrees)
    }
}

struct Everything: AnyValue {
    var rows: [Row]
    var matrix: [[Double]]
    var byName: [String: Event]
    var byNumber: [Int: [Colour]]
    var places: [Point: String]
    var ids: Set<String>
    var tree: Tree?
    var expression: Expression
    var box: Box<Either<String, [Int?]>>
    static func any(_ generator: inout SeededGenerator) -> Everything {
        Everything(
            rows: .any(&generator),
            matrix: .any(&generator),
            byName: .any(&generator),
            byNumber: .any(&generator),
            places: .any(&generator),
            ids: .any(&generator),
            tree: .any(&generator),
            expression: .any(&generator),
            box: .any(&generator)
        )
    }
}

extension Point: Hashable {}
extension Colour: Hashable {}

/// A type to run tests with.
struct Shape: Sendable, CustomTestStringConvertible {
    let type: any AnyValue.Type
    var testDescription: String { "\(type)" }

    init(_ type: any AnyValue.Type) { self.type = type }

    static let all: [Shape] = [
        Int.self, String.self, Bool.self, Int?.self, Int??.self, String?.self, Bool?.self, [Int].self, [Bool].self,
        [Int?].self, [Bool?].self, [String].self, [[Double]].self, [String: Double].self, [Int: String].self,
        Set<Int16>.self, Set<String>.self, [Int128].self, Point.self, [Point].self, Row.self, [Row].self, [Row?].self,
        Gaps.self, [Gaps].self, WithEmpty.self, [WithEmpty].self, Optionals.self, [Optionals].self, Colour.self,
        [Colour].self, [Level: Mark].self, [Single].self, [Coloured].self, Event.self, [Event].self, [Narrow].self,
        [Narrow?].self, [Spare].self, [Spare?].self, Expression.self, Tree.self, [Box<Point>].self,
        Box<Box<String>>.self, [Either<Row, Int>].self, [Either<Bool, Bool?>].self, Wrapped.self, [Renamed].self,
        Stamped.self, [Stamped].self, [Date?].self, Measured.self, [Measured].self, [String: [Point?]].self,
        [[[Row]]].self, Everything.self, [Everything].self,
    ].map { Shape($0) }
}

extension Level: Hashable {}
