internal import Glibc
internal import Synchronization
internal import Waiting

/// The name of the task that this thread runs, for the report of a crash.
///
/// Reading the name is async-signal-safe: it is one pointer to memory that is never freed.
package enum CurrentTask {
    /// The key of the calling thread's slot. In a worker process one thread serves. If the workers are threads of the
    /// master, the slot of the crashed thread tells its task.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// The name that was begun last by any thread of the process.
    private static let latest = Atomic<UInt>(0)

    /// Prepares the slots, so that a signal handler finds them. Call it once before the handler is installed.
    package static func prepare() {
        _ = key
        _ = latest.load(ordering: .relaxed)
    }

    /// A callable's name, also as a C string.
    ///
    /// The C string is never freed, and never changes, so threads may share it: hence the unchecked conformance. A
    /// process makes one string for each name, however many workers it has had.
    package struct Label: @unchecked Sendable {
        package let text: String
        fileprivate let cText: UnsafeMutablePointer<CChar>?

        private static let made = Locked<[String: Label]>([:])

        private init(making text: String) {
            self.text = text
            cText = strdup(text)
        }

        package init(_ text: String) {
            self = Self.made.withLock { made in
                if let label = made[text] { return label }
                let label = Label(making: text)
                made[text] = label
                return label
            }
        }
    }

    package static func begin(_ label: Label) {
        pthread_setspecific(key, label.cText)
        latest.store(UInt(bitPattern: label.cText), ordering: .relaxed)
    }

    package static func end() {
        pthread_setspecific(key, nil)
        latest.store(0, ordering: .relaxed)
    }

    /// Returns whether this thread runs a task.
    package static var isInside: Bool { pthread_getspecific(key) != nil }

    /// The name of the task that this thread runs, or else of one that another thread runs. It is nil outside of tasks.
    package static var name: UnsafePointer<CChar>? {
        if let own = pthread_getspecific(key) { return UnsafePointer(own.assumingMemoryBound(to: CChar.self)) }
        return UnsafePointer(bitPattern: latest.load(ordering: .relaxed))
    }
}
