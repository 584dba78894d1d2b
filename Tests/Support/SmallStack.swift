internal import Glibc

private final class Job {
    let run: () -> Void
    init(run: @escaping () -> Void) { self.run = run }
}

/// Runs `body` on a thread with a stack of so many bytes, and returns what it returns.
package func onThread<Result>(stack: Int, _ body: @escaping () throws -> Result) throws -> Result {
    var result: Swift.Result<Result, any Error>?
    let job = Unmanaged.passRetained(Job { result = .init(catching: body) })
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    pthread_attr_init(attributes)
    precondition(pthread_attr_setstacksize(attributes, stack) == 0, "no thread has a stack of \(stack) bytes")
    var thread: pthread_t = 0
    let status = pthread_create(
        &thread,
        attributes,
        { job in
            job.map { Unmanaged<Job>.fromOpaque($0).takeRetainedValue().run() }
            return nil
        },
        job.toOpaque()
    )
    precondition(status == 0, "the thread cannot be started")
    pthread_join(thread, nil)
    guard let result else { fatalError("the thread ended without a result") }
    return try result.get()
}
