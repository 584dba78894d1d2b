import Glibc
import MPIBinding
import Synchronization

/// Runs `body` beside a thread that runs `work`, and waits for both.
func withThread(_ work: @escaping @Sendable () -> Void, while body: () throws -> Void) throws {
    let box = Unmanaged.passRetained(Work(work))
    var thread = pthread_t()
    let code = pthread_create(
        &thread,
        nil,
        { argument in
            argument.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().run() }
            return nil
        },
        box.toOpaque()
    )
    require(code == 0, "a thread starts")
    defer { pthread_join(thread, nil) }
    try body()
}

private final class Work: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Many threads of every rank exchange messages with the next rank's at the same time: thread `t`
/// uses tag `t`, so that a message that reached the wrong thread shows.
func threads(_ arguments: [String]) throws {
    guard arguments.count == 2, let count = Int(arguments[0]), let rounds = Int(arguments[1]) else {
        fail("threads: COUNT ROUNDS")
    }
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    let failure = Mutex<String?>(nil)
    let received = Atomic(0)

    @Sendable func exchange(_ thread: Int) {
        do {
            for round in 0..<rounds {
                let sent = [Int64(rank), Int64(thread), Int64(round)]
                var request = try sent.withUnsafeBytes { bytes in
                    var request = try world.isend(bytes, to: (rank + 1) % size, tag: thread)
                    let message = try receive(from: world, source: (rank + size - 1) % size, tag: thread)
                    let values = message.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
                    require(values == [Int64((rank + size - 1) % size), Int64(thread), Int64(round)], "\(values)")
                    try request.wait()
                    return request
                }
                require(request.isComplete, "a request that was waited for is complete")
                require(try request.test() != nil, "a complete request tests complete")
                received.add(1, ordering: .relaxed)
            }
        } catch {
            failure.withLock { $0 = "\(error)" }
        }
    }
    try nest(count) { exchange($0) }
    if let failure = failure.withLock({ $0 }) { fail(failure) }
    report("\(MPI.threadLevel.map { "\($0)" } ?? "none"): \(received.load(ordering: .relaxed)) exchanges")
}

/// Runs `work(0)`, …, `work(count - 1)`, each on a thread of its own.
private func nest(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) throws {
    guard count > 0 else { return }
    try withThread {
        work(count - 1)
    } while: {
        try nest(count - 1, work)
    }
}
