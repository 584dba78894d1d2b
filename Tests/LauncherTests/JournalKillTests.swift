import Foundation
import Support
import Testing

/// Kills of a run with very many calls; see `make stress` for how many.
@Suite("A long run with a journal")
struct JournalKillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let calls = environment["MPIFUTURES_TEST_CALLS"].flatMap { Int($0) }
    private static let kills = environment["MPIFUTURES_TEST_KILLS"].flatMap { Int($0) } ?? 20

    /// A call that has noted its end.
    private struct Note {
        let number: Int
        /// In nanoseconds of a clock that all processes share.
        let time: Int
    }

    /// When a run is killed.
    private enum Moment {
        /// So long after its start. Perhaps it reads the journal then.
        case time(Duration)
        /// Once so many of its calls have noted their ends, and a little later.
        case calls(Int, Duration)
    }

    /// Returns the numbers in each line, whatever else is in it.
    private func numbers(_ bytes: some Sequence<UInt8>) -> [[Int]] {
        var (lines, line): ([[Int]], [Int]) = ([], [])
        var number: Int?
        for byte in bytes {
            if (0x30...0x39).contains(byte) {
                number = (number ?? 0) * 10 + Int(byte - 0x30)
                continue
            }
            if let complete = number { line.append(complete) }
            number = nil
            guard byte == UInt8(ascii: "\n") else { continue }
            lines.append(line)
            line = []
        }
        return lines
    }

    /// Returns the numbers of the calls in the journal.
    private func recorded(_ runs: JournalRuns, allowed: Duration) async throws -> [Int] {
        guard FileManager.default.fileExists(atPath: runs.journal) else { return [] }
        let program = try BuildProducts.path(of: "mpifutures")
        let command = #"'\#(program)' journal --export '\#(runs.journal)' | grep -o '"number":[0-9]*'"#
        let export = try await runProcess("/bin/sh", ["-c", command], deadline: .after(allowed))
        return numbers(export.stdout.bytes).compactMap(\.first)
    }

    private func takeNotes(_ runs: JournalRuns) throws -> [Note] {
        guard FileManager.default.fileExists(atPath: runs.notes) else { return [] }
        defer { try? FileManager.default.removeItem(atPath: runs.notes) }
        return numbers(try Data(contentsOf: URL(fileURLWithPath: runs.notes))).compactMap {
            $0.count == 2 ? Note(number: $0[0], time: $0[1]) : nil
        }
    }

    /// Waits until a run that makes calls is to be killed.
    private func wait(for moment: Moment, _ runs: JournalRuns, _ deadline: Deadline) async throws {
        switch moment {
        case .time(let delay): try await Task.sleep(for: delay)
        case .calls(let count, let delay):
            // A line has at least so many bytes.
            let line = "0 \(String(repeating: "0", count: 20))\n".utf8.count
            func size() -> Int {
                let attributes = try? FileManager.default.attributesOfItem(atPath: runs.notes)
                return attributes?[.size] as? Int ?? 0
            }
            while size() < count * line, !deadline.isPast { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: delay)
        }
    }

    @Test(
        "A long run with a journal that is killed at random moments makes no recorded call twice",
        .enabled(if: calls != nil, "make stress CALLS=1000000 runs it")
    )
    func kills() async throws {
        struct Killed: Error {}
        let calls = try #require(Self.calls)
        // What a loaded machine needs for this many calls of a debug build.
        let allowed = Duration.seconds(180) + .milliseconds(3) * calls
        var random = SeededGenerator()
        say("seed \(random.seed)")
        let runs = try JournalRuns()
        var known = [Bool](repeating: false, count: calls)
        var longest = 0.0
        /// Compares the calls that a run has made with the journal.
        func check(_ round: String) async throws {
            let made = try takeNotes(runs)
            let again = made.count { known[$0.number] }
            #expect(again == 0, "seed \(random.seed), \(round): \(again) recorded calls were made again")
            for number in try await recorded(runs, allowed: allowed) { known[number] = true }
            let lost = made.filter { !known[$0.number] }
            // The last call that noted its end did so when the processes were killed.
            let end = made.map(\.time).max() ?? 0
            let age = Double(end - (lost.map(\.time).min() ?? end)) / 1e6
            longest = max(longest, age)
            say(
                "\(round): \(made.count) made, \(lost.count) of them not recorded, the oldest \(age) ms before; "
                    + "\(known.count { $0 }) recorded in all"
            )
        }
        for kill in 0..<Self.kills {
            // Most kills come among the calls, at places that divide the rest among the kills to come.
            let rest = known.count { !$0 }
            let moment: Moment =
                kill % 4 == 3
                ? .time(.milliseconds(Int.random(in: 0...3000, using: &random)))
                : .calls(
                    Int.random(in: 0...2 * rest / (Self.kills - kill + 1), using: &random),
                    .milliseconds(Int.random(in: 0...50, using: &random))
                )
            do {
                let start: Start = kill % 2 == 0 ? .alone : .ranks(3)
                let result = try await runs.run(start, "lines", calls, allowed: allowed) { _ in
                    try await wait(for: moment, runs, .after(allowed))
                    // Every process of the run gets SIGKILL.
                    throw Killed()
                }
                #expect(result.status == .exited(0), "seed \(random.seed): \(result.stderr)")
            } catch is Killed {}
            try await check("kill \(kill + 1) at \(moment)")
        }
        let last = try await runs.run(.ranks(3), "lines", calls, allowed: allowed)
        #expect(last.status == .exited(0), "seed \(random.seed): \(last.stderr)")
        let expected = (0..<calls).map { "\($0 * $0)\n" }.joined()
        #expect(last.stdout.bytes == Array(expected.utf8), "seed \(random.seed)")
        try await check("the last run")
        #expect(!known.contains(false))
        say("seed \(random.seed): \(Self.kills) kills; calls that had ended \(longest) ms before one were lost")
    }

    /// Prints a line at once, since the test takes long.
    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
