internal import Glibc
internal import Synchronization
internal import Waiting

/// What this thread is running, for the report of a crash.
///
/// Readable in a signal handler: it is one pointer, to memory that stays.
package enum CurrentTask {
    /// The serve loop's own slot: a process serves with one thread, or is a master whose workers are threads, in
    /// which a crash is reported by the thread's own slot.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// The last name that was begun anywhere in the process.
    private static let latest = Atomic<UInt>(0)

    /// To be called once before the handler is installed, so that it finds everything in place.
    package static func prepare() {
        _ = key
        _ = latest.load(ordering: .relaxed)
    }

    /// A callable's name, also as a C string, which is never freed: a process makes one for each name, however many
    /// workers it has had.
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

    /// Whether this thread runs a task.
    package static var isInside: Bool { pthread_getspecific(key) != nil }

    /// The name of the task that this thread runs, or else of one that another thread runs; nil outside of tasks.
    package static var name: UnsafePointer<CChar>? {
        if let own = pthread_getspecific(key) { return UnsafePointer(own.assumingMemoryBound(to: CChar.self)) }
        return UnsafePointer(bitPattern: latest.load(ordering: .relaxed))
    }
}
