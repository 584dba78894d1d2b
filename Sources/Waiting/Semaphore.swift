internal import CLinux
internal import Glibc

/// A semaphore in memory that the caller owns.
///
/// This project puts threads to sleep only with semaphores. They work between processes (in shared memory), their waits
/// take a monotonic deadline, and a signal handler may post them.
///
/// Within a process it is a POSIX semaphore: see `sem_post(3)`. Between processes it is a word with one post at most.
/// glibc would end this process if another one had overwritten its semaphore.
package struct Semaphore: @unchecked Sendable {
    package static var byteCount: Int { MemoryLayout<sem_t>.stride }

    private enum Handle {
        case local(UnsafeMutablePointer<sem_t>)
        case shared(UnsafeMutablePointer<UInt32>)
    }

    private let handle: Handle

    /// Makes a semaphore of value 0 in `memory`, which must be aligned to 16 bytes.
    package init(initializing memory: UnsafeMutableRawPointer, shared: Bool) {
        if shared {
            let word = memory.bindMemory(to: UInt32.self, capacity: 1)
            word.initialize(to: 0)
            handle = .shared(word)
        } else {
            let semaphore = memory.bindMemory(to: sem_t.self, capacity: 1)
            sem_init(semaphore, 0, 0)
            handle = .local(semaphore)
        }
    }

    /// Uses a semaphore that another process has made in `memory`.
    package init(attaching memory: UnsafeMutableRawPointer) {
        handle = .shared(memory.assumingMemoryBound(to: UInt32.self))
    }

    package func post() {
        switch handle {
        case .local(let semaphore): sem_post(semaphore)
        case .shared(let word): clinux_post_shared(word)
        }
    }

    package func wait() {
        switch handle {
        case .local(let semaphore): while sem_wait(semaphore) != 0 && errno == EINTR {}
        case .shared(let word): while !clinux_wait_shared(word, .max) {}
        }
    }

    /// Waits for a post. Returns false if the monotonic clock reaches `deadline` first.
    package func wait(until deadline: Instant) -> Bool {
        switch handle {
        case .local(let semaphore):
            var time = timespec(
                tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
                tv_nsec: Int(deadline.nanoseconds % 1_000_000_000)
            )
            while sem_clockwait(semaphore, CLOCK_MONOTONIC, &time) != 0 {
                if errno != EINTR { return false }
            }
            return true
        case .shared(let word): return clinux_wait_shared(word, deadline.nanoseconds)
        }
    }
}
