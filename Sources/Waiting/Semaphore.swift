internal import CLinux
internal import Glibc

/// A POSIX semaphore in memory that the caller owns.
///
/// This project puts threads to sleep only with semaphores. They work between processes (in shared memory), their waits
/// take a monotonic deadline, and a signal handler may post them. See `sem_post(3)`.
package struct Semaphore: @unchecked Sendable {
    package static var byteCount: Int { MemoryLayout<sem_t>.stride }

    private let handle: UnsafeMutablePointer<sem_t>

    /// Makes a semaphore of value 0 in `memory`, which must be aligned to 16 bytes.
    package init(initializing memory: UnsafeMutableRawPointer, shared: Bool) {
        handle = memory.bindMemory(to: sem_t.self, capacity: 1)
        sem_init(handle, shared ? 1 : 0, 0)
    }

    /// Uses a semaphore that another process has made in `memory`.
    package init(attaching memory: UnsafeMutableRawPointer) {
        handle = memory.assumingMemoryBound(to: sem_t.self)
    }

    package func post() { sem_post(handle) }

    package func wait() {
        while sem_wait(handle) != 0 && errno == EINTR {}
    }

    /// Waits for a post. Returns false if the monotonic clock reaches `deadline` first.
    package func wait(until deadline: Instant) -> Bool {
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000)
        )
        while sem_clockwait(handle, CLOCK_MONOTONIC, &time) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }
}
