import Launching
import Support
import Testing

@Suite("A worker's report of its own end")
struct WorkerErrorsTests {
    /// Passes a text in random pieces.
    private func pass(_ text: String, _ seed: UInt64) -> WorkerErrors {
        var generator = SeededGenerator(seed: seed)
        var errors = WorkerErrors()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...30, using: &generator))
            errors.pass(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return errors
    }

    @Test(
        "A worker's report of its own end is found before a backtrace of any length",
        arguments: 0..<20 as Range<UInt64>
    )
    func crash(seed: UInt64) {
        let backtrace = String(repeating: "0 0x00007f in main at /some/where.swift\n", count: 1000)
        let line = "rank 1 of 3 on vm was killed by SIGILL while running a.B"
        let errors = pass(
            "progress\nmpifutures: \(line)\n\(backtrace)mpifutures: rank 2 of 3 on vm called exit(1)\n",
            seed
        )
        #expect(errors.first == line)
        #expect(errors.firstOfAny == line)
    }

    @Test("A worker's report of its own end is none of the warnings, nor a line that another program has begun")
    func others() {
        let errors = pass("mpifutures: warning: rank 1\n x mpifutures: rank 1\nmpifutures: cannot load 'x'\n", 1)
        #expect(errors.first == nil)
        #expect(errors.firstOfAny == "cannot load 'x'")
    }

    @Test("A worker's report of its own end is a whole line, also a long one")
    func long() {
        #expect(pass("mpifutures: rank 1", 1).first == nil)
        let errors = pass("mpifutures: rank \(String(repeating: "1", count: 10_000))\nmpifutures: rank 2\n", 1)
        #expect((errors.first?.utf8.count ?? 0) > 4000)
    }
}
