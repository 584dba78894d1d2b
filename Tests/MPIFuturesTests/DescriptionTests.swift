import Dispatch
import MPIFutures
import Support
import Testing

@Suite("Futures as text", .hangGuarded)
struct DescriptionTests {
    @Test("Futures as text say what they are futures of, and their state")
    func states() throws {
        try ThreadPoolExecutor.with(maxWorkers: 1) { executor in
            let running = try executor.submit(Wait())
            let pending = try executor.submit(Wait())
            let derived = pending.map { _ in "text" }
            Wait.hasBegun.wait()
            #expect("\(running)" == "Future<Int>(running)")
            #expect("\(pending)" == "Future<Int>(pending)")
            #expect("\(AnyFuture(derived))" == "AnyFuture(pending)")
            derived.cancel()
            Wait.mayEnd.signal()
            _ = try running.result()
            #expect("\(running)" == "Future<Int>(finished)")
            #expect("\(derived)" == "Future<String>(cancelled)")
            #expect("\(AnyFuture(pending))" == "AnyFuture(cancelled)")
        }
    }
}

/// A call that lasts until it is told to end.
private struct Wait: RemoteCallable {
    static let hasBegun = DispatchSemaphore(value: 0)
    static let mayEnd = DispatchSemaphore(value: 0)

    func callAsFunction() -> Int {
        Self.hasBegun.signal()
        Self.mayEnd.wait()
        return 0
    }
}
