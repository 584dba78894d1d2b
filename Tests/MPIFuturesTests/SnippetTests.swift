import Support
import Testing

#if !THREAD_SANITIZER && !ADDRESS_SANITIZER

    /// Each block of Swift of the pages that a newcomer reads first, and of the one about long runs, compiled as it stands
    /// there.
    @Suite("The pages for newcomers")
    struct SnippetTests {
        struct Snippet: Sendable, CustomTestStringConvertible {
            let page: String
            let number: Int
            let code: String

            var testDescription: String { "\(page), block \(number): \(code.prefix { $0 != "\n" })" }

            /// Whether the block is a program or a declaration, and not the body of a function.
            private var isFile: Bool { code.contains("@main") }

            /// The block with what its page has introduced before.
            ///
            /// Types stand outside of the function that has the other lines. The page's first program is left out where
            /// it is the block itself.
            func source(with declarations: String) -> String {
                if isFile { return code }
                let (types, body) = split
                let isAsync = code.contains("await ")
                let usesBody = code.hasPrefix("static func")
                let function =
                    usesBody
                    ? "enum Program {\nstatic let ranges = [0..<10]\n\(code)\n}"
                    : """
                    func enclose(
                        _ executor: ThreadPoolExecutor, future: Future<Int>, count: Future<Int>, name: Future<String>,
                        ranges: [Range<Int>]
                    ) \(isAsync ? "async " : "")throws {
                    \(body)
                    }
                    """
                return """
                    import Glibc
                    import MPIFutures
                    \(declarations)
                    \(types)
                    \(function)
                    """
            }

            /// The types that the block declares, and its other lines.
            private var split: (types: String, body: String) {
                var types: [Substring] = []
                var body: [Substring] = []
                var isType = false
                for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
                    if line.hasPrefix("struct ") { isType = true }
                    if isType { types.append(line) } else { body.append(line) }
                    if line == "}" { isType = false }
                }
                return (types.joined(separator: "\n"), body.joined(separator: "\n"))
            }
        }

        private static let pages = [
            "README.md", "Sources/MPIFutures/MPIFutures.docc/GettingStarted.md",
            "Sources/MPIFutures/MPIFutures.docc/FromPython.md", "Sources/MPIFutures/MPIFutures.docc/LongRuns.md",
        ]

        static func snippets() throws -> [Snippet] {
            try pages.flatMap { page in
                let blocks = try PackageFiles.text(of: page).matches(of: /(?ms)^```swift\n(.*?)^```/)
                return blocks.enumerated().map { number, block in
                    Snippet(
                        page: page.split(separator: "/").last.map(String.init) ?? page,
                        number: number + 1,
                        code: String(block.1)
                    )
                }
            }
            // A line of a package's manifest.
            .filter { !$0.code.hasPrefix(".library(") }
        }

        /// The call that the pages are about.
        private static let declarations = """
            struct CountPrimes: RemoteCallable {
                var range: Range<Int>
                func callAsFunction() -> Int { range.count }
            }
            """

        @Test(
            "The pages for newcomers have blocks of Swift that compile as they stand there",
            arguments: try snippets()
        )
        func compiles(snippet: Snippet) async throws {
            let result = try await compilerMessages(for: snippet.source(with: Self.declarations))
            let errors = result.stderr.text.split(separator: "\n").filter { $0.contains("error: ") }
            #expect(result.status == .exited(0), "\(errors.joined(separator: "\n"))\n\(snippet.code)")
        }

        @Test(
            "The pages for newcomers have programs that print what they should",
            arguments: [
                ("GettingStarted.md", "78498 primes below a million\n"),
                ("FromPython.md", "1024.0\n1.0\n32.0\n729.0\n"),
            ]
        )
        func prints(page: String, output: String) async throws {
            let program = try #require(try Self.snippets().first { $0.page == page && $0.code.contains("@main") })
            let directory = try TemporaryDirectory()
            let file = try directory.write(program.code, to: "program.swift")
            let library = "\(directory.path)/libprogram.so"
            try await buildPlugin([file], module: "program", to: library)
            let result = try await mpiexec(n: 3, BuildProducts.path(of: "mpifutures"), [library])
            #expect(result.status == .exited(0) && result.stdout.text == output, "\(result)")
        }

        @Test("The pages for newcomers have the blocks that are tested")
        func areThere() throws {
            let counts = try Self.snippets().reduce(into: [:]) { $0[$1.page, default: 0] += 1 }
            #expect(counts["README.md"] == 1 && counts["FromPython.md"] == 1, "\(counts)")
            #expect(counts["GettingStarted.md", default: 0] >= 10, "\(counts)")
        }
    }

#endif
