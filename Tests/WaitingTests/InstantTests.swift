import Testing
import Waiting

@Suite("An instant")
struct InstantTests {
    @Test("An instant never goes back")
    func monotonic() {
        var last = Instant.now
        for _ in 0..<10_000 {
            let now = Instant.now
            #expect(now >= last)
            last = now
        }
    }

    @Test(
        "An instant that is too far away never comes, and does not wrap around",
        arguments: [UInt64.max, UInt64.max / 2]
    )
    func farAway(nanoseconds: UInt64) {
        let instant = Instant.now.advanced(byNanoseconds: nanoseconds)
        #expect(instant > .now)
        #expect(instant.nanoseconds <= UInt64.max / 2)
        #expect(Instant.after(.seconds(Int64.max)) > .now)
    }

    @Test("An instant measures no time that lies in the future")
    func since() {
        let (early, late) = (Instant(nanoseconds: 100), Instant(nanoseconds: 350))
        #expect(late.nanoseconds(since: early) == 250)
        #expect(early.nanoseconds(since: late) == 0)
    }

    private static let examples: [(Duration, UInt64)] = [
        (.nanoseconds(5), 5), (.milliseconds(3), 3_000_000), (.zero, 0), (.seconds(-1), 0), (.nanoseconds(-1), 0),
        (.seconds(Int64.max), .max), (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0),
    ]

    @Test("An instant takes durations in whole nanoseconds, within what it can hold", arguments: examples)
    func durations(duration: Duration, nanoseconds: UInt64) {
        #expect(duration.wholeNanoseconds == nanoseconds)
    }
}
