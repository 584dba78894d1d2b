import Foundation
import MPIFutures
import Synchronization

extension Behaviour {
    static let serialisation = [
        Behaviour(.roundTrips, "scalars arrive as they were") { context in
            try context.with { executor in
                try echo([Int.min, -1, 0, 1, 23, 24, 255, 256, 65_536, 1 << 32, .max], executor)
                try echo([UInt.min, 1, 1 << 63, .max], executor)
                try echo([Int8.min, .max], executor)
                try echo([Int16.min, .max], executor)
                try echo([Int32.min, .max], executor)
                try echo([Int64.min, .max], executor)
                try echo([UInt8.max], executor)
                try echo([UInt16.max], executor)
                try echo([UInt32.max], executor)
                try echo([UInt64.max], executor)
                try echo([true, false], executor)
                try echo(
                    [0, -1.5, .pi, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Double],
                    executor
                )
                try echo([0, -1.5, .infinity, .leastNonzeroMagnitude] as [Float], executor)
                try echo(
                    ["", "a", "größe", "日本語", "👩‍👩‍👧‍👦🐧", "\0\u{1}\u{7f}", String(repeating: "x", count: 100_000)],
                    executor
                )
            }
        },
        Behaviour(.roundTrips, "not-a-number and minus zero arrive as they were") { context in
            try context.with { executor in
                try expect(try executor.submit(Echo(Double.nan)).result().isNaN, "NaN")
                try expect(try executor.submit(Echo(Float.nan)).result().isNaN, "NaN")
                let zero = try executor.submit(Echo(-0.0)).result()
                try expect(zero == 0 && zero.sign == .minus, "minus zero")
                let list = try executor.submit(Echo([-0.0, .nan, 1])).result()
                try expect(list[0].sign == .minus && list[1].isNaN && list[2] == 1, "in a list: \(list)")
            }
        },
        Behaviour(.roundTrips, "optionals arrive as they were") { context in
            try context.with { executor in
                try echo([nil, 5] as [Int?], executor)
                try echo([nil, "x"] as [String?], executor)
                try echo([[nil, 1], []] as [[Int?]], executor)
                try echo([nil, [1: nil]] as [[Int: String?]?], executor)
            }
        },
        Behaviour(.roundTrips, "containers arrive as they were") { context in
            try context.with { executor in
                try echo([[], [[1], [2, 3], []]] as [[[Int]]], executor)
                try echo([[:], [1: "a", -5: "b"]] as [[Int: String]], executor)
                try echo([["a": [1.5], "": []]] as [[String: [Double]]], executor)
                try echo([["x", "y"], []] as [Set<String>], executor)
                try echo([[Key(a: 1, b: "x"): 2]], executor)
            }
        },
        Behaviour(.roundTrips, "large arrays arrive as they were") { context in
            try context.with { executor in
                var random = Generator(context)
                let doubles = (0..<300_000).map { _ in Double.random(in: -1e9...1e9, using: &random) }
                try expect(try executor.submit(Echo(doubles)).result() == doubles, "numbers, \(random)")
                let bytes = (0..<2_000_000).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
                try expect(try executor.submit(Echo(bytes)).result() == bytes, "bytes, \(random)")
                let flags = (0..<1000).map { _ in Bool.random(using: &random) }
                try expect(try executor.submit(Echo(flags)).result() == flags, "flags, \(random)")
            }
        },
        Behaviour(.roundTrips, "enumerations, structures and classes arrive as they were") { context in
            try context.with { executor in
                let kinds: [Shape.Kind] = [
                    .point, .circle(radius: -0.5), .polygon([1, 2, 3], closed: true),
                    .group(.point, .group(.point, .point)),
                ]
                for kind in kinds {
                    try echo(
                        [Shape(kind: kind, name: nil, tags: ["a", "b"], weights: [1: 0.5, -1: .infinity])],
                        executor
                    )
                }
                try echo([Person("Ada"), Person("Bob", friend: Person("Cleo", friend: Person("Dan")))], executor)
                try echo([NoResult()], executor)
            }
        },
        Behaviour(.roundTrips, "values of Foundation arrive as they were") { context in
            try context.with { executor in
                try echo([Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: -1e9 + 0.25)], executor)
                try echo([Data(), Data([1, 2, 3])], executor)
                try echo([UUID()], executor)
                if let url = URL(string: "https://example.org/a?b=c#d") { try echo([url], executor) }
                try echo([Decimal(string: "3.14159265358979323846") ?? 0], executor)
            }
        },
        Behaviour(.argumentEncode, "an argument that fails to encode fails its future at once, and the pool lives") {
            context in
            try context.blocked { executor, gate in
                let future = try executor.submit(Echo(Stubborn(.refusesToEncode)))
                try expect(future.isDone, "it is done at once")
                let error = try expectThrow(PlainProblem.self) { try future.result(timeout: .zero) }
                try expect(error.description.contains("stays here"), "its own error: \(error)")
                gate.open()
                try expectEqual(try executor.submit(Echo(Stubborn(.fine))).result(), Stubborn(.fine))
            }
        },
        Behaviour(.argumentEncode, "an element that fails to encode costs only itself") { context in
            try context.with { executor in
                let moods: [Stubborn.Mood] = [.fine, .refusesToEncode, .fine, .refusesToDecode, .fine]
                let results = try executor.map({ Echo(Stubborn($0)) }, moods)
                try expectEqual(try results.next(), Stubborn(.fine))
                try expectThrow(PlainProblem.self) { try results.next() as Any }
                try expectEqual(try results.next(), Stubborn(.fine))
                try expectThrow(RemoteError.self) { try results.next() as Any }
                try expectEqual(try results.next(), Stubborn(.fine))
                try expect(try results.next() == nil, "that is all")
            }
        },
        Behaviour(.argumentDecode, "an argument that fails to decode says where") { context in
            try context.with { executor in
                let error = try expectThrow(RemoteError.self) {
                    try executor.submit(Echo(Stubborn(.refusesToDecode))).result()
                }
                try expectEqual(error.stage, .decodingArguments)
                try expect(error.message.contains("stays bytes"), "its message: \(error.message)")
                try expect((0..<error.worldSize).contains(error.rank) && !error.host.isEmpty, "where: \(error)")
                try expectEqual(try executor.submit(Square(2)).result(), 4)
            }
        },
        Behaviour(.resultEncode, "a result that fails to encode says where") { context in
            try context.with { executor in
                let error = try expectThrow(RemoteError.self) {
                    try executor.submit(MakeStubborn(mood: .refusesToEncode)).result()
                }
                try expectEqual(error.stage, .encodingResult)
                try expect(error.message.contains("stays here"), "its message: \(error.message)")
                try expect(error.callable.contains("MakeStubborn"), "the callable: \(error.callable)")
                try expectEqual(try executor.submit(Square(2)).result(), 4)
            }
        },
        Behaviour(.resultDecode, "an error thrown while a result is decoded arrives as itself") { context in
            try context.with { executor in
                let future = try executor.submit(MakeStubborn(mood: .refusesToDecode))
                let error = try expectThrow(PlainProblem.self) { try future.result() }
                try expect(error.description.contains("stays bytes"), "its message: \(error)")
                try expect(future.isDone, "it is done")
                try expectThrow(PlainProblem.self) { try future.result() }
                let results = try executor.map(MakeStubborn.init, [Stubborn.Mood.fine, .refusesToDecode])
                try expectEqual(try results.next(), Stubborn(.fine))
                try expectThrow(PlainProblem.self) { try results.next() as Any }
                try expectEqual(try executor.submit(Square(2)).result(), 4)
            }
        },
        Behaviour(.handWritten, "an init(from:) that refuses values refuses them whatever came before") { context in
            try context.with { executor in
                // Valid ones first, so that the type has been judged by then.
                for _ in 0..<3 {
                    try expectEqual(try executor.submit(WarmUp(Kelvin(3))).result(), Kelvin(4))
                    try expectEqual(try executor.submit(Warmth(degrees: 3)).result(), 3)
                }
                try expectEqual(try executor.submit(WarmUp(Kelvin(-5))).error() as? TooCold, TooCold(degrees: -5))
                try expectEqual(try executor.submit(Warmth(degrees: -5)).error() as? TooCold, TooCold(degrees: -5))
                // The argument is fine, the result is not: -0.5 degrees.
                try expectEqual(try executor.submit(CoolDown(0.5)).error() as? TooCold, TooCold(degrees: -0.5))
                let results = try executor.map(Warmth.init, [1, 2, -5, 4])
                try expectEqual([try results.next(), try results.next()], [1, 2])
                try expectThrow(TooCold.self) { try results.next() as Any }
                try expectEqual(try results.next(), 4)
                let kelvins = try executor.map({ CoolDown($0) }, [5, 0.5, 6])
                try expectEqual(try kelvins.next(), Kelvin(4))
                try expectThrow(TooCold.self) { try kelvins.next() as Any }
                try expectEqual(try kelvins.array(), [Kelvin(5)])
                let nested = try executor.map({ Echo(Weather(outside: Kelvin($0), inside: Kelvin(1))) }, [1, -5])
                try expectEqual(try nested.next()?.outside, Kelvin(1))
                try expectThrow(TooCold.self) { try nested.next() as Any }
            }
        },
        Behaviour(.handWritten, "an encode(to:) that refuses or changes values does so whatever came before") {
            context in
            try context.with { executor in
                let numbers = [1, 2, 3, -5, 200, 4]
                let results = try executor.map({ Echo(Percent($0)) }, numbers)
                for number in [1, 2, 3] { try expectEqual(try results.next(), Percent(number)) }
                try expectThrow(BadLuck.self) { try results.next() as Any }
                try expectEqual(try results.array(), [Percent(100), Percent(4)])
                for number in numbers where number >= 0 {
                    let future = try executor.submit(Echo(Percent(number)))
                    try expectEqual(try future.result(), Percent(min(number, 100)))
                    let made = try executor.submit(MakePercent(number: number)).result()
                    try expectEqual(made, Percent(min(number, 100)))
                }
                try expectThrow(BadLuck.self) { try executor.submit(Echo(Percent(-5))).result() }
                try expectThrow(BadLuck.self) { try executor.submit(MakePercent(number: -5)).result() }
            }
        },
        Behaviour(.handWritten, "an init(from:) meets no values but those that were sent") { context in
            try context.with { executor in
                // A made-up value would end the process.
                try echo([Even(2), Even(4), Even(-6)], executor)
            }
        },
        Behaviour(.handWritten, "an init(from:) in another order, or with more questions, gets its answers") {
            context in
            try context.with { executor in
                try echo([Backwards(a: 1, b: 2.5), Backwards(a: -1, b: .infinity)], executor)
                try echo([Curious(a: 1), Curious(a: 2)], executor)
            }
        },
        Behaviour(.handWritten, "a type that is CustomCodable runs its conformance within other values too") {
            context in
            try context.with { executor in
                try echo([[Guarded(1), Guarded(2)], [Guarded(3)]], executor)
                try echo([["a": Guarded(1)], [:]], executor)
                try expectThrow(TooCold.self) { try executor.submit(Echo([Guarded(1), Guarded(-5)])).result() }
                try expectThrow(TooCold.self) { try executor.submit(Echo(["a": Guarded(-5)])).result() }
            }
        },
        Behaviour(.handWritten, "a conformance by hand runs within other values too") { context in
            try context.with { executor in
                let made = try executor.submit(Echo([Translated(1, "a"), Translated(2, "b")])).result()
                try expectEqual(made, [Translated(1, "A"), Translated(2, "B")])
                let nested = try executor.map({ Echo(["key": [Translated($0, "x")]]) }, [1, 2]).array()
                try expectEqual(nested.map { $0["key"] }, [[Translated(1, "X")], [Translated(2, "X")]])
            }
        },
        Behaviour(.handWritten, "a conformance does not run once it has shown itself to be the compiler's") {
            context in
            try context.with { executor in
                let values = (0..<100).map { Tallied(number: $0, text: "text") }
                try expectEqual(try executor.submit(Echo(values)).result(), values)
                let encodings = Tallied.encodings.load(ordering: .relaxed)
                for _ in 0..<5 { try expectEqual(try executor.submit(Echo(values)).result(), values) }
                try expectEqual(try executor.map({ Echo($0) }, values).array(), values)
                try expectEqual(Tallied.encodings.load(ordering: .relaxed), encodings)
            }
        },
        Behaviour(.bitwise, "values of a trivial type that is BitwiseCodable arrive without its conformance") {
            context in
            try context.with { executor in
                for degrees in [3.0, -5, .infinity] {
                    try expectEqual(try executor.submit(BitwiseWarmth(degrees)).result(), BitwiseKelvin(degrees))
                }
                try echo([BitwiseKelvin(3), BitwiseKelvin(-5)], executor)
                let results = try executor.map({ BitwiseWarmth($0) }, [1, -5, 4])
                try expectEqual(try results.next(), BitwiseKelvin(1))
                try expectEqual(try results.array(), [BitwiseKelvin(-5), BitwiseKelvin(4)])
                // Its optional and its enumeration would travel as CBOR without the protocol.
                try echo([Reading(value: nil, unit: .kelvin), Reading(value: -1, unit: .celsius)], executor)
                // Types without the protocol are asked as before.
                try expectThrow(TooCold.self) { try executor.submit(WarmUp(Kelvin(-5))).result() }
            }
        },
        Behaviour(.bitwise, "a BitwiseCodable property is copied while the conformance of the whole runs") { context in
            try context.with { executor in
                try echo([Room(air: BitwiseKelvin(-5), number: 1), Room(air: BitwiseKelvin(2), number: 2)], executor)
                // The bytes between the properties mean nothing, and differ.
                try echo([Flagged(inner: Padded(flag: true, number: 1), number: 3)], executor)
                try expectThrow(TooCold.self) {
                    try executor.submit(Echo(Room(air: BitwiseKelvin(2), number: -1))).result()
                }
            }
        },
        Behaviour(.bitwise, "values that are not trivial travel by their conformance, BitwiseCodable or not") {
            context in
            try context.with { executor in
                try expectEqual(try executor.submit(Echo(Label("ice"))).result().text, "ice, decoded, decoded")
                let labels = try executor.map({ Echo(Label($0)) }, ["a", "b"]).array()
                try expectEqual(labels.map(\.text), ["a, decoded, decoded", "b, decoded, decoded"])
            }
        },
    ]

    private static func echo<Value: Codable & Sendable & Equatable>(
        _ values: [Value],
        _ executor: any PoolExecutor
    ) throws {
        for value in values {
            try expectEqual(try executor.submit(Echo(value)).result(), value, "an echo of \(Value.self)")
        }
        // In one message, where what precedes one value is another one.
        try expectEqual(try executor.map({ Echo($0) }, values).array(), values, "echoes of \(Value.self)")
    }
}

struct Key: Codable, Hashable, Sendable {
    var a: Int
    var b: String
}
