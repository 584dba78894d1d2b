import Testing

@testable import Processes

@Suite("A roll call")
struct RollCallTests {
    private func report(_ host: String, build: String = "b1", need: UInt8 = 0, problem: String = "") -> RollCall.Report
    {
        RollCall.Report(host: host, machine: "m", need: need, build: build, problem: problem)
    }

    @Test("A roll call lets a job begin whose ranks have loaded the same build")
    func same() { #expect(RollCall.judge([report("a"), report("b"), report("a")]) == nil) }

    @Test("A roll call names the lowest rank that failed, and counts the others")
    func failures() {
        let reports = [report("a"), report("b", problem: "no file"), report("c"), report("d", problem: "no memory")]
        #expect(RollCall.judge(reports) == .init(message: "rank 1 on b (and 1 more): no file", status: 1))
    }

    @Test("A roll call names rank 0 alone if that has failed, with another status")
    func first() {
        let reports = [report("a", problem: "no file"), report("b", problem: "no file")]
        #expect(RollCall.judge(reports) == .init(message: "rank 0 on a: no file", status: 2))
    }

    @Test("A roll call names a rank that has loaded another build")
    func builds() {
        let problem =
            "another build of the plugin (b2) than that of rank 0 on a (b1); copy the same file to all hosts"
        #expect(
            RollCall.judge([report("a"), report("b", build: "b2")])
                == .init(message: "rank 1 on b: \(problem)", status: 1)
        )
    }

    @Test("A roll call compares no builds before all ranks have what they need")
    func needs() {
        #expect(RollCall.judge([report("a"), report("b", build: "", need: 1)]) == nil)
        let failed = [report("a", need: 1), report("b", build: "", need: 1, problem: "no file")]
        #expect(RollCall.judge(failed) == .init(message: "rank 1 on b: no file", status: 1))
    }

    @Test("A roll call gives every rank's report back in whole, and cuts a long one")
    func size() {
        let all = [
            report("a", need: 2, problem: "no file"),
            report("h", build: String(repeating: "b", count: 300), problem: String(repeating: "é", count: 2000)),
        ]
        let read = all.map { RollCall.Report(fixedSize: $0.fixedSize[...]) }
        #expect(read[0] == all[0])
        #expect(read[1].host == "h")
        #expect(read[1].build == String(repeating: "b", count: 256))
        #expect(read[1].problem == String(repeating: "é", count: 700))
        #expect(Set(all.map(\.fixedSize.count)).count == 1)
    }
}
