import Glibc

/// A value behind a lock. POSIX's, which the thread sanitizer understands.
final class Locked<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    var current: Value { withLock { $0 } }
}

/// Something that happens once, and can be waited for.
final class Event: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func happen() { sem_post(semaphore) }

    /// False if it has not happened in time.
    func wait(_ timeout: Duration) -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        time.tv_sec += Int(timeout.components.seconds)
        while sem_timedwait(semaphore, &time) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }
}

/// Runs `body` on a thread of its own.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var handle = pthread_t()
    let start = Unmanaged.passRetained(Start(body))
    let code = pthread_create(
        &handle,
        nil,
        { argument in
            if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        },
        start.toOpaque()
    )
    precondition(code == 0, "the system gives no thread: \(code)")
    pthread_detach(handle)
}

/// Runs `body` on so many threads at once, waits for all, and throws the first of their errors.
func inThreads(
    _ count: Int,
    within limit: Duration = .seconds(60),
    _ body: @escaping @Sendable (_ thread: Int) throws -> Void
) throws {
    let problems = Locked<[any Error]>([])
    let ends = (0..<count).map { number in
        let end = Event()
        startThread {
            do { try body(number) } catch { problems.withLock { $0.append(error) } }
            end.happen()
        }
        return end
    }
    for end in ends {
        guard end.wait(limit) else { throw Failure("a thread does not end", #fileID, #line) }
    }
    if let problem = problems.current.first { throw problem }
}

func pause(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var rest = timespec()
    while nanosleep(&time, &rest) != 0 && errno == EINTR { time = rest }
}

/// The threads of this process that are the library's, by their names.
var threadCount: Int {
    guard let directory = opendir("/proc/self/task") else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let file = open("/proc/self/task/\(name)/comm", O_RDONLY)
        guard file >= 0 else { continue }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let length = read(file, &bytes, bytes.count)
        if String(decoding: bytes.prefix(max(0, length)), as: UTF8.self).hasPrefix("mpif-") { count += 1 }
    }
    return count
}
