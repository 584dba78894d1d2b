import Testing
import Tracing

@Suite("The places of calls on a worker's time line")
struct LanePlacementTests {
    @Test("Calls end when their answer comes, if answers come in time")
    func inTime() {
        var placement = LanePlacement()
        let spans = placement.place([(time: 100, nanoseconds: 30), (time: 200, nanoseconds: 50)])
        #expect(spans.map(\.begin) == [70, 150])
        #expect(spans.map(\.end) == [100, 200])
    }

    @Test("Calls whose answers come late and at once are placed one before the other")
    func late() {
        var placement = LanePlacement()
        let spans = placement.place([(time: 100, nanoseconds: 10), (time: 100, nanoseconds: 20)])
        #expect(spans.map(\.begin) == [70, 80])
        #expect(spans.map(\.end) == [80, 100])
    }

    @Test("Calls never overlap those of an earlier batch, and keep their durations")
    func batches() {
        var placement = LanePlacement()
        _ = placement.place([(time: 100, nanoseconds: 10)])
        let spans = placement.place([(time: 105, nanoseconds: 20)])
        #expect(spans.map(\.begin) == [100])
        #expect(spans.map(\.end) == [120])
    }

    @Test("The last of several calls is known by itself if it took long")
    func division() {
        #expect(LanePlacement.divide(1_000_000, calls: 10) == nil)
        #expect(LanePlacement.divide(5_000_000_000, calls: 1) == nil)
        let divided = LanePlacement.divide(2_000_500_000, calls: 101)
        #expect(divided?.others == 1_000_000)
        #expect(divided?.last == 1_999_500_000)
    }
}
