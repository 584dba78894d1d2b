import Support
import Testing

#if !THREAD_SANITIZER && !ADDRESS_SANITIZER

    /// What a newcomer writes first, and what the compiler answers.
    @Suite("The compiler's message for a wrong try says what to write")
    struct CompilerMessageTests {
        struct Attempt: Sendable, CustomTestStringConvertible {
            let testDescription: String
            /// The body of a function with the parameters of `enclose`.
            let code: String
            let message: String
            var isAsync = false
            /// Code outside of the function.
            var declarations = ""

            var source: String {
                """
                import MPIFutures
                \(declarations)
                struct Square: RemoteCallable {
                    var number: Int
                    func callAsFunction() -> Int { number * number }
                }
                func enclose(executor: ThreadPoolExecutor, futures: [Future<Int>]) \(isAsync ? "async " : "")throws {
                    \(code)
                }
                """
            }
        }

        private static let loops = [
            Attempt(
                testDescription: "for over the results of a map",
                code: "for x in try executor.map({ Square(number: $0) }, 0..<9) { print(x) }",
                message: "'try results.forEach { … }'"
            ),
            Attempt(
                testDescription: "Array of the results of a map",
                code: "print(Array(try executor.map({ Square(number: $0) }, 0..<9)))",
                message: "take all with 'try results.array()'"
            ),
            Attempt(
                testDescription: "a method of sequences on the results of a map",
                code: "print(try executor.map({ Square(number: $0) }, 0..<9).sorted())",
                message: "take all with 'try results.array()'"
            ),
            Attempt(
                testDescription: "for over completed futures with a timeout",
                code: "for future in asCompleted(futures, timeout: .seconds(1)) { print(future) }",
                message: "write 'while let future = try completed.next()'"
            ),
            Attempt(
                testDescription: "for over completed futures in asynchronous code",
                code: "for future in asCompleted(futures) { print(future) }",
                message: "use 'for try await' in asynchronous code",
                isAsync: true
            ),
            Attempt(
                testDescription: "for over the outcomes of a map in asynchronous code",
                code: "for x in try executor.map({ Square(number: $0) }, 0..<9).outcomes { print(x) }",
                message: "write 'for try await' over the results in asynchronous code",
                isAsync: true
            ),
        ]

        /// Calls with defaults; their initializers take all properties.
        private static let scales = """
            struct Scale: RemoteCallable {
                var x: Int
                var factor = 3
                func callAsFunction() -> Int { x * factor }
            }
            struct Sum: RemoteCallable {
                var x: Int
                var y: Int
                var factor = 3
                var offset = 0
                func callAsFunction() -> Int { (x + y) * factor + offset }
            }
            """

        private static let defaults = [
            Attempt(
                testDescription: "a map of an initializer with a default",
                code: "print(try executor.map(Scale.init, 0..<9).array())",
                message: "a closure uses its defaults: map({ Scale(x: $0) }, xs)",
                declarations: scales
            ),
            Attempt(
                testDescription: "a map of an initializer with two defaults",
                code: "print(try executor.map(Sum.init, 0..<9, [1, 2], chunkSize: 2).array())",
                message: "a closure uses its defaults: map({ Scale(x: $0, y: $1) }, xs, ys)",
                declarations: scales
            ),
        ]

        private static let calls = [
            Attempt(
                testDescription: "a call that returns nothing",
                code: "",
                message: "for no result conform to RemoteAction",
                declarations: "struct Log: RemoteCallable { var text: String; func callAsFunction() { print(text) } }"
            ),
            Attempt(
                testDescription: "a call that returns a tuple",
                code: "",
                message: "for a tuple use a struct",
                declarations: """
                    struct Split: RemoteCallable {
                        var number: Double
                        func callAsFunction() -> (Int, rest: Double) { (Int(number), number - number.rounded()) }
                    }
                    """
            ),
            Attempt(
                testDescription: "a generic call that returns a tuple",
                code: "",
                message: "for a tuple use a struct",
                declarations: """
                    struct Pair<Value: Codable & Sendable>: RemoteCallable {
                        var value: Value
                        func callAsFunction() throws -> (Value, Value) { (value, value) }
                    }
                    """
            ),
            Attempt(
                testDescription: "an asynchronous call that returns nothing",
                code: "",
                message: "for no result conform to AsyncRemoteAction",
                declarations: "struct Log: AsyncRemoteCallable { func callAsFunction() async {} }"
            ),
            Attempt(
                testDescription: "an asynchronous call that returns a tuple",
                code: "",
                message: "for a tuple use a struct",
                declarations: "struct Two: AsyncRemoteCallable { func callAsFunction() async -> (Int, Int) { (1, 2) } }"
            ),
            Attempt(
                testDescription: "an asynchronous function in a call that does not suspend",
                code: "",
                message: "for an async function conform to AsyncRemoteCallable",
                declarations: "struct One: RemoteCallable { func callAsFunction() async -> Int { 1 } }"
            ),
            Attempt(
                testDescription: "a call whose function takes the arguments",
                code: "",
                message: "takes no arguments (they are the properties)",
                declarations: "struct Twice: RemoteCallable { func callAsFunction(x: Int) -> Int { 2 * x } }"
            ),
            Attempt(
                testDescription: "a call that changes itself",
                code: "",
                message: "is not mutating",
                declarations:
                    "struct Count: RemoteCallable { var x: Int; mutating func callAsFunction() -> Int { x += 1; return x } }"
            ),
            Attempt(
                testDescription: "a call that returns a function",
                code: "",
                message: "returns a Codable and Sendable value",
                declarations: "struct Adder: RemoteCallable { func callAsFunction() -> (Int) -> Int { { $0 + 1 } } }"
            ),
        ]

        private static let chains = [
            Attempt(
                testDescription: "recover with a function that returns a future",
                code: "print(futures[0].recover { _ in try executor.submit(Square(number: 1)) })",
                message: "use 'flatRecover'"
            )
        ]

        /// What stands in a program in Python.
        private static let pythonic = [
            Attempt(
                testDescription: "submit of a function and its arguments",
                code: "print(try executor.submit(power, 2, 10).result())",
                message: "a call is a value: submit(Square(x: 3)), with 'struct Square: RemoteCallable",
                declarations: "func power(_ base: Int, _ exponent: Int) -> Int { base << exponent }"
            ),
            Attempt(
                testDescription: "submit of a closure",
                code: "let future = try executor.submit { 3 * 3 }; print(future)",
                message: "a call is a value: submit(Square(x: 3)), with 'struct Square: RemoteCallable"
            ),
            Attempt(
                testDescription: "submit of a type and the arguments of its call",
                code: "print(try executor.submit(Square, 3).result())",
                message: "the arguments belong to the call: write submit(Square(x: 3))"
            ),
            Attempt(
                testDescription: "submit of a function that has been called already",
                code: "print(try executor.submit(square(3)).result())",
                message: "this is a value, and no call: write submit(Square(x: 3))",
                declarations: "func square(_ number: Int) -> Int { number * number }"
            ),
            Attempt(
                testDescription: "map of a type",
                code: "print(try executor.map(Square, [1, 2, 3]).array())",
                message: "write map({ Square(x: $0) }, xs)"
            ),
            Attempt(
                testDescription: "map of a function that makes no call",
                code: "print(try executor.map(square, [1, 2, 3]).array())",
                message: "it makes a call of each element: map({ Square(x: $0) }, xs)",
                declarations: "func square(_ number: Int) -> Int { number * number }"
            ),
            Attempt(
                testDescription: "map of a closure that makes no call",
                code: "print(try executor.map({ $0 * 2 }, [1, 2, 3], chunkSize: 2).array())",
                message: "it makes a call of each element: map({ Square(x: $0) }, xs)"
            ),
            Attempt(
                testDescription: "map with the sequence in front",
                code: "print(try executor.map([1, 2, 3]) { Square(number: $0) })",
                message: "the function comes first, as in Python: map({ Square(x: $0) }, xs)"
            ),
            Attempt(
                testDescription: "a timeout that is a number",
                code: "print(try futures[0].result(timeout: 5))",
                message: "write 'timeout: .seconds(5)'"
            ),
            Attempt(
                testDescription: "add_done_callback",
                code: "futures[0].add_done_callback { print($0) }",
                message: "renamed to 'whenDone(_:)'"
            ),
            Attempt(
                testDescription: "exception",
                code: "print(try futures[0].exception() as Any)",
                message: "renamed to 'error(timeout:)'"
            ),
            Attempt(
                testDescription: "as_completed",
                code: "for future in as_completed(futures) { print(future) }",
                message: "renamed to 'asCompleted(_:)'"
            ),
            Attempt(
                testDescription: "num_workers",
                code: "print(executor.num_workers)",
                message: "renamed to 'workerCount'"
            ),
            Attempt(testDescription: "done", code: "print(futures[0].done())", message: "write 'isDone'"),
        ]

        @Test(
            "The compiler's message for a wrong try says what to write",
            arguments: loops + defaults + calls + chains + pythonic
        )
        func says(attempt: Attempt) async throws {
            let result = try await compilerMessages(for: attempt.source)
            let errors = result.stderr.text.split(separator: "\n").filter { $0.contains("error: ") }
            #expect(result.status == .exited(1), "\(result)")
            #expect(errors.contains { $0.contains(attempt.message) }, "\(errors.joined(separator: "\n"))")
        }

        @Test("The compiler's message is none for what the messages name, in both kinds of code")
        func remedies() async throws {
            let blocking = """
                let results = try executor.map({ Square(number: $0) }, 0..<9)
                print(try executor.map({ Scale(x: $0) }, 0..<9).array(), try executor.map(Scale.init, 0..<9, 1...9).array())
                print(try executor.map({ Sum(x: $0, y: $1) }, 0..<9, [1, 2]).array())
                print(try results.array(), try results.reduce(0, +), try results.reduce(into: 0) { $0 += $1 })
                try results.forEach { print($0) }
                for outcome in results.outcomes { print(try outcome.get()) }
                for future in asCompleted(futures) { print(try future.result()) }
                print(asCompleted(futures).map { $0 }.count)
                let completed = asCompleted(futures, timeout: .seconds(1))
                while let future = try completed.next() { print(future) }
                try executor.submit(Log(text: "a")).result()
                try executor.map({ Log(text: $0) }, ["a", "b"]).array()
                Log(text: "here")()
                print(futures[0].recover { _ in 0 }, futures[0].flatRecover { _ in try executor.submit(Square(number: 1)) })
                """
            let awaiting = """
                let results = try executor.map({ Square(number: $0) }, 0..<9)
                for try await result in results { print(result) }
                for try await result in results.map({ $0 + 1 }) { print(result) }
                print(try await results.reduce(0, +), try await results.reduce(into: 0) { $0 += $1 })
                for try await future in asCompleted(futures) { print(future) }
                for try await future in asCompleted(futures, timeout: .seconds(1)) { print(future) }
                """
            let log =
                "struct Log: RemoteAction { var text: String; func callAsFunction() { print(text) } }\n\(Self.scales)"
            for (code, isAsync) in [(blocking, false), (awaiting, true)] {
                let attempt = Attempt(testDescription: "", code: code, message: "", isAsync: isAsync, declarations: log)
                let result = try await compilerMessages(for: attempt.source)
                #expect(result.status == .exited(0) && result.stderr.text.isEmpty, "\(result)")
            }
        }
    }

#endif
