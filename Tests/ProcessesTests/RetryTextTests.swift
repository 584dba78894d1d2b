import Processes
import Scheduling
import Testing

@Suite("The text of rules for further tries")
struct RetryTextTests {
    private func rules(_ change: (inout RetryRules) -> Void) -> RetryRules {
        var rules = RetryRules.standard
        change(&rules)
        return rules
    }

    @Test("A number alone is for each class of failures")
    func number() {
        let expected = rules { for failure in FailureClass.retried { $0.limits[failure] = 2 } }
        #expect(RetryRules(parsing: "2") == expected)
        #expect(expected.limits[.notMade] == 0)
    }

    @Test("Words are for one class each, and the others keep their standard")
    func words() {
        #expect(RetryRules(parsing: "crashed=1") == rules { $0.limits[.crashed] = 1 })
        let expected = rules {
            $0.limits[.workerLost] = 0
            $0.limits[.exited] = 2
            $0.limits[.outOfMemory] = 3
            $0.limits[.timedOut] = 4
            $0.limits[.thrown] = 5
        }
        #expect(RetryRules(parsing: "lost=0,exited=2,memory=3,timeout=4,thrown=5") == expected)
    }

    @Test("Later words count more than earlier ones")
    func order() {
        let expected = rules {
            for failure in FailureClass.retried { $0.limits[failure] = 1 }
            $0.limits[.thrown] = 7
        }
        #expect(RetryRules(parsing: "thrown=9,1,thrown=7") == expected)
    }

    @Test("Waits are seconds")
    func waits() {
        let expected = rules {
            $0.delay = 500_000_000
            $0.growth = 1.5
            $0.longestDelay = 60_000_000_000
        }
        #expect(RetryRules(parsing: "delay=0.5,growth=1.5,max-delay=60") == expected)
    }

    @Test(
        "Text that is no rules is refused",
        arguments: [
            "", ",", "x", "1,", "lost", "=1", "lost=-1", "lost=1=2", "delay=nan", "growth=inf", "Lost=1", "99999999999",
        ]
    )
    func refused(text: String) { #expect(RetryRules(parsing: text) == nil) }
}
