import Foundation
import Support
import Testing

/// Kills of a run with very many calls; see `make stress` for how many.
@Suite("A long run with a journal")
struct JournalKillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let calls = environment["MPIFUTURES_TEST_CALLS"].flatMap { Int($0) }
    private static let kills = environment["MPIFUTURES_TEST_KILLS"].flatMap { Int($0) } ?? 20

    /// The numbers of calls that a text has, one a line, behind any other characters.
    private func numbers(_ bytes: some Sequence<UInt8>) -> [Int] {
        var numbers: [Int] = []
        var (number, hasDigits) = (0, false)
        for byte in bytes {
            if (0x30...0x39).contains(byte) {
                number = number * 10 + Int(byte - 0x30)
                hasDigits = true
            } else if byte == 0x0A {
                if hasDigits { numbers.append(number) }
                (number, hasDigits) = (0, false)
            }
        }
        return numbers
    }

    private func recorded(_ runs: JournalRuns) async throws -> [Int] {
        guard FileManager.default.fileExists(atPath: runs.journal) else { return [] }
        let program = try BuildProducts.path(of: "mpifutures")
        let command = #"'\#(program)' journal --export '\#(runs.journal)' | grep -o '"number":[0-9]*'"#
        return numbers(try await runProcess("/bin/sh", ["-c", command]).stdout.bytes)
    }

    private func takeNotes(_ runs: JournalRuns) throws -> [Int] {
        guard FileManager.default.fileExists(atPath: runs.notes) else { return [] }
        defer { try? FileManager.default.removeItem(atPath: runs.notes) }
        return numbers(try Data(contentsOf: URL(fileURLWithPath: runs.notes)))
    }

    @Test(
        "A long run with a journal that is killed at random moments makes no recorded call twice",
        .enabled(if: calls != nil, "make stress CALLS=1000000 runs it")
    )
    func kills() async throws {
        struct Killed: Error {}
        let calls = try #require(Self.calls)
        var random = SeededGenerator()
        let runs = try JournalRuns()
        var known = [Bool](repeating: false, count: calls)
        var (kills, mostRepeated) = (0, 0)
        func check(_ round: String) async throws {
            let made = try takeNotes(runs)
            let again = made.count { known[$0] }
            #expect(again == 0, "seed \(random.seed), \(round): \(again) recorded calls were made again")
            for number in try await recorded(runs) { known[number] = true }
            let lost = made.count { !known[$0] }
            mostRepeated = max(mostRepeated, lost)
            print("\(round): \(made.count) made, \(lost) of them not recorded, \(known.count { $0 }) recorded in all")
        }
        // Further kills follow until all calls are recorded, as far as that may take.
        while known.contains(false), kills < 3 * Self.kills {
            let delay = Duration.milliseconds(Int.random(in: 200...20_000, using: &random))
            do {
                let result = try await runs.run(kills % 2 == 0 ? .alone : .ranks(3), "lines", calls) { _ in
                    try await Task.sleep(for: delay)
                    // Every process of the run gets SIGKILL.
                    throw Killed()
                }
                #expect(result.status == .exited(0), "seed \(random.seed): \(result.stderr)")
            } catch is Killed { kills += 1 }
            try await check("kill \(kills) after \(delay)")
        }
        let last = try await runs.run(.ranks(3), "lines", calls)
        #expect(last.status == .exited(0), "seed \(random.seed): \(last.stderr)")
        let expected = (0..<calls).map { "\($0 * $0)\n" }.joined()
        #expect(last.stdout.bytes == Array(expected.utf8), "seed \(random.seed)")
        try await check("the last run")
        #expect(!known.contains(false))
        print("seed \(random.seed): \(kills) kills, at most \(mostRepeated) finished calls were lost by one")
    }
}
