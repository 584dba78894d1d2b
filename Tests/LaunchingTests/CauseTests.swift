import Identities
import Linux
import Testing

@testable import Launching

@Suite("The cause of a lost job of workers")
struct CauseTests {
    private typealias JobOutcome = RelayJob.JobOutcome

    private let killed = TerminationBanner.Report(processID: 7, host: "node7", code: 9, signal: "Killed (signal 9)")
    private let ended = TerminationBanner.Report(processID: 7, host: "node7", code: 3, signal: nil)

    private func cause(_ end: ChildProcess.End = .exited(1), _ change: (inout JobOutcome) -> Void) -> String {
        var outcome = JobOutcome(end: end, program: "mpiexec")
        outcome.host = "here"
        change(&outcome)
        return outcome.description
    }

    @Test("The cause of a lost job of workers is this process's own reason first, with what the job has said")
    func verdict() {
        let text = cause {
            $0.verdict = LaunchError("the workers did not serve within 3 s")
            $0.ownWords = "rank 1 crashed"
            $0.report = killed
            $0.lastWords = "no such host"
        }
        #expect(text == "the workers did not serve within 3 s; mpiexec wrote: no such host")
        #expect(cause { $0.ownWords = "rank 1 crashed" } == "rank 1 crashed")
    }

    @Test("The cause of a lost job is a rank's report of its crash, then what was seen, then mpiexec's report")
    func order() {
        #expect(cause { ($0.ownWords, $0.report, $0.first) = ("rank 1 crashed", killed, 8) } == "rank 1 crashed")
        #expect(
            cause { ($0.report, $0.first, $0.isUp) = (killed, 8, true) }
                == "process 8 on here was the first to end; mpiexec reports Killed (signal 9)"
        )
        #expect(
            cause { ($0.report, $0.first, $0.isUp) = (ended, 8, true) }
                == "process 8 on here was the first to end; mpiexec reports status 3"
        )
    }

    @Test("The cause of a lost job of workers is mpiexec's report as such, unless the death was seen")
    func reported() {
        #expect(
            cause { ($0.report, $0.isUp) = (killed, true) }
                == "mpiexec reports that process 7 on node7 was killed: Killed (signal 9)"
        )
        #expect(
            cause { ($0.report, $0.first, $0.isUp) = (killed, 7, true) }
                == "process 7 on node7 was killed: Killed (signal 9)"
        )
        #expect(
            cause { ($0.report, $0.first, $0.isUp, $0.lastWords) = (ended, 7, true, "a warning") }
                == "process 7 on node7 ended with status 3"
        )
        // Before the workers served, what was said last is likely to be the reason.
        #expect(
            cause { ($0.report, $0.lastWords) = (ended, "no memory") }
                == "process 7 on node7 ended with status 3; mpiexec wrote: no memory"
        )
    }

    @Test("The cause of a lost job of workers names the worker, or the relay, where it can")
    func subjects() {
        #expect(
            cause { ($0.report, $0.first, $0.isUp, $0.worker) = (killed, 7, true, (2, 5)) }
                == "worker rank 2 of 5, process 7, on node7 was killed: Killed (signal 9)"
        )
        #expect(
            cause { ($0.report, $0.first, $0.isUp, $0.relayID) = (killed, 7, true, 7) }
                == "the relay of the workers, process 7, on node7 was killed: Killed (signal 9)"
        )
        #expect(
            cause { ($0.report, $0.first, $0.isUp, $0.relayID) = (killed, 7, true, 6) }
                == "process 7 on node7 was killed: Killed (signal 9)"
        )
    }

    @Test("The cause of a lost job of workers is how mpiexec itself has ended, where nothing else is known")
    func outcome() {
        #expect(
            cause(.exited(5)) { $0.lastWords = "bad option" }
                == "the workers ended before they served: mpiexec ended with status 5; mpiexec wrote: bad option"
        )
        #expect(
            cause(.signaled(9)) { _ in } == "the workers ended before they served: mpiexec was killed by signal 9"
        )
        #expect(cause(.signaled(9)) { $0.isUp = true } == "mpiexec was killed by signal 9")
        #expect(
            cause(.exited(0)) { ($0.isUp, $0.lastWords) = (true, "bye") }
                == "the workers ended with no task done to the end: mpiexec ended with status 0"
        )
        #expect(
            cause(.unknown) { $0.isUp = true }
                == "the workers ended with no task done to the end: mpiexec ended"
        )
    }
}
