import Foundation
import Support
import Testing

@Suite("A run with a journal")
struct JournalTests {
    /// The ways in which calls travel.
    enum Way: CaseIterable {
        case threads, runners, started, ranks, ranksWithRunners

        var start: Start {
            switch self {
            case .threads, .runners, .started: .alone
            case .ranks, .ranksWithRunners: .ranks(3)
            }
        }

        var options: [String] {
            switch self {
            case .threads, .ranks: ["--isolate", "off"]
            case .runners, .ranksWithRunners: ["--isolate", "on"]
            case .started: ["--isolate", "off", "--workers", "2"]
            }
        }
    }

    private static func cubes(_ count: Int) -> String { "\((0..<count).map { $0 * $0 * $0 })\n" }

    @Test("A run with a journal makes each call once, whatever its workers are", arguments: Way.allCases)
    func resumes(way: Way) async throws {
        let runs = try JournalRuns()
        for (scene, count) in [("map", 40), ("submit", 60), ("map", 90)] {
            let before = Set(try await FileManager.default.fileExists(atPath: runs.journal) ? runs.recorded() : [])
            let result = try await runs.run(way.start, scene, count, options: way.options)
            expect(result, status: 0, stdout: Self.cubes(count))
            let made = runs.takeNotes()
            #expect(made.count == Set(made).count)
            #expect(Set(made) == Set((0..<count).map { "\($0)" }).subtracting(before))
        }
        // Other workers have the same calls.
        let other = try await runs.run(way == .threads ? .ranks(2) : .alone, "map", 90, options: ["--isolate", "off"])
        expect(other, status: 0, stdout: Self.cubes(90))
        #expect(runs.takeNotes() == [])
    }

    @Test(
        "A run with a journal that is killed again and again makes no recorded call twice, and ends with the same output",
        arguments: [Way.runners, .ranks, .ranksWithRunners]
    )
    func kills(way: Way) async throws {
        struct Killed: Error {}
        var random = SeededGenerator()
        let runs = try JournalRuns()
        let count = 600
        var known: Set<String> = []
        for round in 0..<6 {
            let delay = Duration.milliseconds(Int.random(in: 100...900, using: &random))
            do {
                let result = try await runs.run(way.start, "map", count, options: way.options) { _ in
                    try await Task.sleep(for: delay)
                    // Every process of the run gets SIGKILL.
                    throw Killed()
                }
                Issue.record("the run was not killed: \(result)")
            } catch is Killed {}
            let made = runs.takeNotes()
            #expect(known.isDisjoint(with: made), "seed \(random.seed), round \(round)")
            if FileManager.default.fileExists(atPath: runs.journal) { known = Set(try await runs.recorded()) }
            if known.count == count { break }
        }
        let last = try await runs.run(way.start, "map", count, options: way.options)
        #expect(last.status == .exited(0), "seed \(random.seed): \(last)")
        #expect(last.stdout.text == Self.cubes(count), "seed \(random.seed)")
        #expect(known.isDisjoint(with: runs.takeNotes()), "seed \(random.seed)")
        #expect(Set(try await runs.recorded()) == Set((0..<count).map { "\($0)" }), "seed \(random.seed)")
    }

    @Test("A run with a journal gives equal calls their own results again")
    func equalCalls() async throws {
        let runs = try JournalRuns()
        let first = try await runs.run(.ranks(2), "equal", 5)
        #expect(Set(first.stdout.text.split(separator: ",")).count == 5)
        let second = try await runs.run(.alone, "equal", 5)
        expect(second, status: 0, stdout: first.stdout.text)
        let more = try await runs.run(.alone, "equal", 6)
        #expect(more.stdout.text.hasPrefix(first.stdout.text.dropLast(2)))
        #expect(runs.takeNotes().count == 6)
    }

    @Test("A run with a journal keeps out-of-band arrays", arguments: [Start.alone, .ranks(2)])
    func arrays(start: Start) async throws {
        let runs = try JournalRuns()
        for _ in 0..<2 {
            let result = try await runs.run(start, "arrays", 4)
            expect(result, status: 0, stdout: "[20000.0, 40000.0, 60000.0, 80000.0]\n")
        }
        let list = try await runProcess(try BuildProducts.path(of: "mpifutures"), ["journal", runs.journal])
        #expect(list.stdout.lines.last?.hasPrefix("4\t0\t") == true, "\(list)")
    }

    @Test("A run with a journal makes its calls again if their globals or broadcast values differ")
    func context() async throws {
        let runs = try JournalRuns()
        for (scene, value, isMade) in [
            ("globals", "2", true), ("globals", "2", false), ("globals", "3", true), ("broadcast", "a", true),
            ("broadcast", "a", false), ("broadcast", "b", true),
        ] {
            let result = try await runs.run(.ranks(2), scene, 3, [value])
            #expect(result.status == .exited(0), "\(result)")
            let expected =
                scene == "globals"
                ? "\([0, 1, 8].map { $0 * (Int(value) ?? 0) })\n" : "\((0..<3).map { "\($0)\(value)" })\n"
            #expect(result.stdout.text == expected)
            #expect(runs.takeNotes().count == (isMade ? 3 : 0), "\(scene) \(value)")
        }
    }

    @Test("A run with a journal makes the calls again if the library was changed, and not if it was only rebuilt")
    func rebuilding() async throws {
        let runs = try JournalRuns()
        let source = try String(contentsOfFile: JournalRuns.source, encoding: .utf8)
        func build(_ text: String) async throws -> String {
            let file = try runs.directory.write(text, to: "Journals.swift")
            let library = "\(runs.directory.path)/libjournals.so"
            try await buildPlugin([file], module: "journals", to: library)
            return library
        }
        expect(
            try await runs.run(.ranks(2), "map", 3, plugin: try await build(source)),
            status: 0,
            stdout: "[0, 1, 8]\n"
        )
        #expect(runs.takeNotes().count == 3)
        expect(
            try await runs.run(.ranks(2), "map", 3, plugin: try await build(source)),
            status: 0,
            stdout: "[0, 1, 8]\n"
        )
        #expect(runs.takeNotes() == [])
        let changed = source.replacingOccurrences(of: "number * number * number", with: "7 * number")
        let result = try await runs.run(.ranks(2), "map", 3, plugin: try await build(changed))
        #expect(result.stdout.text == "[0, 7, 14]\n")
        #expect(result.stderr.text.contains("has 3 results of journals.Cube of another build"), "\(result)")
        #expect(result.stderr.lines.count == 1)
        #expect(runs.takeNotes().count == 3)
    }

    @Test("A run with a journal of an executor's own keeps failures and leaves large results out, as it asks")
    func executorOptions() async throws {
        let runs = try JournalRuns()
        let own = "\(runs.directory.path)/own.journal"
        for expected in [["0", "1", "2", "3"], ["2"]] {
            let result = try await launch(.ranks(2), [try await JournalRuns.plugin, "options", runs.notes, "4", own])
            expect(result, status: 0, stdout: "2\n-1\n2000\n2\n")
            #expect(runs.takeNotes() == expected)
        }
    }

    @Test("A run with a journal of calls writes their results again byte for byte, and makes failed ones again")
    func calls() async throws {
        let runs = try JournalRuns()
        let calls = #"sh("echo $1 >> \"$2\"; printf 'out\\n%s' $1; test $1 != 2", each([1, 2, 3]), "\#(runs.notes)")"#
        for expected in [["1", "2", "3"], ["2"], ["2"]] {
            let result = try await launch(.alone, ["--journal", runs.journal, "--workers", "2", "--raw", "-c", calls])
            #expect(result.status == .exited(1))
            #expect(result.stdout.text == "out\n1out\n2out\n3")
            #expect(runs.takeNotes().sorted() == expected)
        }
    }

    @Test("A run with the journal of another run ends with status 2, and a run in a call of it has none of its own")
    func inUse() async throws {
        let runs = try JournalRuns()
        let launcher = try BuildProducts.path(of: "mpifutures")
        let script = try runs.directory.write(
            #"""
            "$1" --workers 1 -c 'sh("true")' && "$1" --journal "$2" --workers 1 -c 'sh("true")'
            test $? = 2
            """#,
            to: "script"
        )
        let result = try await launch(
            .ranks(2),
            ["-c", #"exec(["sh", "\#(script)", "\#(launcher)", "\#(runs.journal)"])"#],
            environment: ["MPIFUTURES_JOURNAL": runs.journal]
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stderr.text.contains("is in use by another process; wait for its end"), "\(result)")
    }

    @Test(
        "A journal that cannot be used ends the run with status 2, before any call",
        arguments: [Start.alone, .ranks(2)]
    )
    func unusable(start: Start) async throws {
        let runs = try JournalRuns()
        try runs.directory.write("some text of a user", to: "results.journal")
        let result = try await runs.run(start, "map", 3)
        expect(
            result,
            status: 2,
            stderr: "mpifutures: '\(runs.journal)' is not a journal; name another file, or remove this one\n"
        )
        #expect(runs.takeNotes() == [])
    }
}
