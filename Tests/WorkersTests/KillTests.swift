import Foundation
import Support
import Testing

/// Kills processes of jobs at random moments; `MPIFUTURES_TEST_KILLS` says how many, `MPIFUTURES_TEST_SEED` which ones.
@Suite("When any process of a job is killed at any moment", .serialized)
struct KillTests {
    private static let count =
        ProcessInfo.processInfo.environment["MPIFUTURES_TEST_KILLS"].flatMap { Int($0) } ?? 48

    @Test("Every future ends when any process is killed at any moment, no result is wrong, and nothing is left")
    func kills() async throws {
        let programs = try await KillPrograms.here
        let seed = SeededGenerator().seed
        print("kill test: MPIFUTURES_TEST_SEED=\(seed) MPIFUTURES_TEST_KILLS=\(Self.count)")
        var times: [KillRun.Start: [KillRun.Scene: Duration]] = [:]
        var kills = 0
        for index in 0..<Self.count {
            var generator = SeededGenerator(seed: seed &+ UInt64(index))
            let run = KillRun(&generator)
            let place = "MPIFUTURES_TEST_SEED=\(seed &+ UInt64(index)) MPIFUTURES_TEST_KILLS=1: \(run)"
            let time: Duration
            if let known = times[run.start]?[run.scene] {
                time = known
            } else {
                time = try await measure(run, programs, place)
                times[run.start, default: [:]][run.scene] = time
            }
            do {
                let outcome = try await run.perform(programs, time: time)
                if outcome.hasKilled { kills += 1 }
                check(outcome, of: run, place)
            } catch {
                Issue.record("\(place)\n\(error)")
            }
        }
        print("kill test: \(kills) of \(Self.count) kills")
        #expect(kills > 0 || Self.count == 1)
    }

    /// How long a run takes without a kill, which has to go well.
    private func measure(_ run: KillRun, _ programs: KillPrograms, _ place: String) async throws -> Duration {
        // From the moment when all of them spin.
        if run.scene == .spin { return .milliseconds(300) }
        let outcome = try await run.perform(programs, time: nil)
        #expect(outcome.result.status == .exited(0), "\(place)\n\(outcome.result)")
        checkNotes(outcome, isComplete: true, "without a kill, \(place)")
        return outcome.result.duration
    }

    private func check(_ outcome: KillRun.Outcome, of run: KillRun, _ place: String) {
        let result = outcome.result
        let report = "\(place)\n\(result)\nnotes: \(outcome.notes.suffix(12))"
        #expect(result.leftovers.isEmpty, "\(report)")
        #expect(outcome.left == [], "\(report)")
        let hasEnded = outcome.notes.last == "end"
        let isMasterKilled = outcome.hasKilled && run.victim == .master
        if run.start.isOneJob, run.victim != .runner {
            // The master is a rank of the job, and may have died with it.
            if result.status == .exited(0) { #expect(hasEnded, "\(report)") }
        } else if !isMasterKilled {
            #expect(hasEnded, "\(report)")
            let isRight = !outcome.notes.contains { $0.contains("!") }
            #expect(result.status == .exited(isRight ? 0 : 3), "\(report)")
            if run.start == .restarts { #expect(isRight, "\(report)") }
        }
        if !outcome.hasKilled, run.scene != .spin { #expect(result.status == .exited(0), "\(report)") }
        checkNotes(outcome, isComplete: hasEnded, report)
    }

    /// Each call has ended once, in a right result or an error with a text.
    private func checkNotes(_ outcome: KillRun.Outcome, isComplete: Bool, _ report: String) {
        var ends: [String: Int] = [:]
        var wrong: [String] = []
        for note in outcome.notes where note != "begun" && note != "end" {
            let words = note.split(separator: " ", omittingEmptySubsequences: false)
            let isOfMap = words[0] == "map"
            let number = words.dropFirst(isOfMap ? 1 : 0).first.flatMap { Int($0) } ?? -1
            let text = words.dropFirst(isOfMap ? 2 : 1).joined(separator: " ")
            if text != "\(3 * number)", !text.hasPrefix("!") || text.count == 1 { wrong.append(note) }
            ends["\(isOfMap ? "map " : "")\(number)", default: 0] += 1
        }
        #expect(wrong == [], "\(report)")
        #expect(ends.values.allSatisfy { $0 == 1 }, "\(report)")
        if isComplete { #expect(ends.count == 2 * KillRun.calls, "\(report)") }
    }
}
