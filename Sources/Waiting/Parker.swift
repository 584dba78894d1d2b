/// Where one thread waits for one event, such as the end of a future.
package final class Parker: Sendable {
    private struct Memory: @unchecked Sendable { let base: UnsafeMutableRawPointer }

    private let memory: Memory
    private let semaphore: Semaphore

    package init() {
        memory = Memory(base: .allocate(byteCount: Semaphore.byteCount, alignment: 16))
        semaphore = Semaphore(initializing: memory.base, shared: false)
    }

    deinit { memory.base.deallocate() }

    /// Lets one `park` return: the one under way or the next.
    package func unpark() { semaphore.post() }

    /// Waits for an `unpark`; false if `deadline` passed before one came.
    package func park(until deadline: Instant?) -> Bool {
        guard let deadline else {
            semaphore.wait()
            return true
        }
        return semaphore.wait(until: deadline)
    }
}
