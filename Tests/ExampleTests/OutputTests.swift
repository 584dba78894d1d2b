import Support
import Testing

/// The examples that print text: all of it, to the character, however many processes there are.
@Suite("Examples that print")
struct OutputTests {
    @Test(
        "Examples that print print the same with any number of processes",
        arguments: [Example.mandelbrot, .primes, .spmd, .sweep],
        [1, 2, 3, 5]
    )
    func sameOutputUnderMPI(example: Example, n: Int) async throws {
        try expect(await example.run(n: n), prints: example.expectedOutput)
    }

    @Test(
        "Examples that print print the same without mpiexec",
        arguments: [Example.mandelbrot, .primes, .spmd, .sweep]
    )
    func sameOutputWithThreads(example: Example) async throws {
        try expect(await example.run(), prints: example.expectedOutput)
    }

    @Test("Example crash prints how calls end their process, and the results of all others")
    func crash() async throws {
        let environment = ["MPIFUTURES_ISOLATE": "on", "SWIFT_BACKTRACE": "enable=no"]
        let result = try await Example.crash.run(environment: environment)
        #expect(result.status == .exited(0), "\(result)")
        #expect(try result.stdout.text == Example.crash.expectedOutput, "\(result)")
    }

    @Test("Example primes prints the primes of a range that factor(1) finds")
    func primesOfARange() async throws {
        let factors = try await runProcess("factor", (0...1000).map(String.init)).stdout.lines
        let primes = factors.filter { $0.split(separator: " ").count == 2 }.map { $0.prefix { $0 != ":" } }
        #expect(primes.count == 168)
        try expect(await Example.primes.run(["-5", "1000"]), prints: primes.map { "\($0)\n" }.joined())
    }

    @Test(
        "Example primes refuses arguments that are no range",
        arguments: [["1"], ["1", "x"], ["2", "1"], ["1", "2", "3"]]
    )
    func noRange(arguments: [String]) async throws {
        let result = try await Example.primes.run(arguments)
        #expect(result.status == .exited(1))
        #expect(result.stderr.lines.first == "mpifutures: FIRST and LAST are two whole numbers in order")
        #expect(result.stdout.text == "")
    }

    private func expect(_ result: ProcessResult, prints expected: String) throws {
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == expected)
        #expect(result.stderr.text == "")
        #expect(result.leftovers.isEmpty)
    }
}
