import Support
import Testing

@testable import Pool

/// Chains of derived futures that are longer than a small stack is deep.
@Suite("A long chain of futures", .inTurn, .hangGuarded)
struct ChainTests {
    private static let stack = 64 << 10

    /// A chain as `Future.map` makes it: each future ends like the one before it.
    private func chain(_ count: Int, _ queue: CallbackQueue) -> [FutureCore] {
        var chain = [FutureCore()]
        for _ in 0..<count {
            guard let base = chain.last else { break }
            let derived = FutureCore()
            _ = derived.follow(.init([base]))
            _ = base.observe(
                .init(on: queue) {
                    if case .cancelled? = base.outcome { _ = derived.cancel() } else { derived.complete(.value(1)) }
                }
            )
            chain.append(derived)
        }
        return chain
    }

    @Test("A long chain of futures is cancelled on a small stack", arguments: [50_000, 1_000_000], [true, false])
    func cancels(_ count: Int, isClosed: Bool) throws {
        let queue = CallbackQueue()
        if isClosed { queue.close() }
        let futures = chain(count, queue)
        #expect(try onThread(stack: Self.stack) { futures[count].cancel() })
        queue.drain()
        #expect(futures.allSatisfy { $0.phase == .cancelled })
        queue.close()
    }

    @Test("A long chain of futures is cancelled from its base on a small stack", arguments: [true, false])
    func cancelsFromBase(isClosed: Bool) throws {
        let queue = CallbackQueue()
        if isClosed { queue.close() }
        let futures = chain(100_000, queue)
        #expect(try onThread(stack: Self.stack) { futures[0].cancel() })
        for _ in futures { if futures[100_000].phase != .cancelled { queue.drain() } }
        #expect(futures.allSatisfy { $0.phase == .cancelled })
        queue.close()
    }

    @Test(
        "A long chain of futures ends on a small stack, also when there is no thread for callbacks",
        arguments: [true, false]
    )
    func ends(isClosed: Bool) throws {
        let queue = CallbackQueue()
        if isClosed { queue.close() }
        let futures = chain(100_000, queue)
        try onThread(stack: Self.stack) { _ = futures[0].complete(.value(1)) }
        for _ in futures { if futures[100_000].phase != .finished { queue.drain() } }
        #expect(futures.allSatisfy { $0.phase == .finished })
        queue.close()
    }

    @Test("A long chain of futures is freed on a small stack", arguments: [true, false])
    func isFreed(isCancelled: Bool) throws {
        let queue = CallbackQueue()
        queue.close()
        weak var first: FutureCore?
        weak var last: FutureCore?
        try onThread(stack: Self.stack) {
            // Only the ends of the chain are held, as a program does.
            let futures = chain(100_000, queue)
            first = futures.first
            last = futures.last
            if isCancelled { _ = futures.last?.cancel() } else { futures.first?.complete(.value(1)) }
        }
        #expect(first == nil)
        #expect(last == nil)
    }
}
