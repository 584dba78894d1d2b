import Scheduling
import Testing

@Suite("The rule for halting")
struct HaltRuleTests {
    @Test("The rule for halting is read as GNU parallel reads it")
    func reading() throws {
        let rule = try #require(HaltRule(parsing: "soon,fail=3"))
        #expect((rule.moment, rule.subject, rule.limit) == (.soon, .failed, .count(3)))
        let share = try #require(HaltRule(parsing: "now,success=20%"))
        #expect((share.moment, share.subject, share.limit) == (.now, .succeeded, .share(20)))
        #expect(share.needsTotal && !rule.needsTotal)
    }

    @Test(
        "The rule for halting must be complete",
        arguments: [
            "", "soon", "now,", "fail=1", "later,fail=1", "soon,fail", "soon,fail=0", "soon,fail=-1", "soon,fail=x",
            "soon,lost=1", "soon,fail=0%", "soon,fail=101%", "soon,fail=1,done=2", "soon,fail=1%%", "soon,fail==1",
        ]
    )
    func malformed(text: String) { #expect(HaltRule(parsing: text) == nil) }

    @Test(
        "The rule for halting counts what it names",
        arguments: [
            ("soon,fail=2", 1, 9, false), ("soon,fail=2", 2, 0, true), ("soon,success=3", 7, 2, false),
            ("soon,success=3", 0, 3, true), ("now,done=5", 2, 2, false), ("now,done=5", 2, 3, true),
            ("soon,fail=10%", 1, 0, false), ("soon,fail=10%", 2, 0, true), ("soon,done=50%", 4, 6, true),
            ("soon,done=100%", 10, 9, false), ("soon,success=1%", 3, 0, false), ("soon,success=1%", 0, 1, true),
        ]
    )
    func counting(text: String, failed: Int, succeeded: Int, isReached: Bool) throws {
        let rule = try #require(HaltRule(parsing: text))
        #expect(rule.isReached(failed: failed, succeeded: succeeded, total: 20) == isReached)
    }

    @Test("The rule for halting takes no share of an unknown number of calls")
    func unknownTotal() throws {
        let rule = try #require(HaltRule(parsing: "soon,fail=1%"))
        #expect(!rule.isReached(failed: 1000, succeeded: 0, total: nil))
    }

    @Test("Outputs are held back until those before them have come")
    func reordering() {
        var buffer = ReorderBuffer<String>()
        #expect(buffer.add("b", at: 1) == [])
        #expect(buffer.add("a", at: 0) == ["a", "b"])
        #expect(buffer.add("d", at: 3) == [])
        #expect(buffer.add(nil, at: 2) == ["d"])
        #expect(buffer.add("g", at: 6) == [])
        #expect(buffer.add(nil, at: 5) == [])
        #expect(buffer.takeRest() == ["g"])
        #expect(buffer.add("h", at: 7) == ["h"])
    }
}
