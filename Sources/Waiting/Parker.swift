/// Lets one thread wait for one event, such as the end of a future.
package final class Parker: Sendable {
    private struct Memory: @unchecked Sendable { let base: UnsafeMutableRawPointer }

    private let memory: Memory
    private let semaphore: Semaphore

    package init() {
        memory = Memory(base: .allocate(byteCount: Semaphore.byteCount, alignment: 16))
        semaphore = Semaphore(initializing: memory.base, shared: false)
    }

    deinit { memory.base.deallocate() }

    /// Makes one `park` return: the current one or the next.
    package func unpark() { semaphore.post() }

    /// Waits for an `unpark`. Returns false if `deadline` passes first.
    package func park(until deadline: Instant?) -> Bool {
        guard let deadline else {
            semaphore.wait()
            return true
        }
        return semaphore.wait(until: deadline)
    }
}
