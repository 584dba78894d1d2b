import Testing

@testable import Processes

@Suite("Options of workers")
struct WorkerOptionsTests {
    @Test("Options of workers are refused if no worker could use them, and the error names the option and the range")
    func ranges() throws {
        var options = WorkerOptions()
        options.restarts = -1
        let restarts = #expect(throws: StartRefusal.self) { try options.check() }
        #expect(restarts?.description == "restarts is -1, but must be at least 0")
        options.restarts = 0
        options.backoff = .milliseconds(-1)
        let backoff = #expect(throws: StartRefusal.self) { try options.check() }
        #expect(backoff?.description == "backoff is -0.001 seconds, but must be at least 0")
    }

    @Test("Options of workers are accepted at the ends of their ranges, and without values")
    func accepted() throws {
        var options = WorkerOptions()
        try options.check()
        options.backoff = .zero
        options.restarts = .max
        try options.check()
    }
}
