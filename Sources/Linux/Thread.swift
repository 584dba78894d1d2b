internal import CLinux
internal import Glibc

/// A named POSIX thread that runs one closure.
package struct Thread: @unchecked Sendable {
    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private let handle: pthread_t

    /// Returns why a thread cannot be started, or nil. Tests set it to play a system that has no thread to give.
    ///
    /// It holds for threads that are started by the caller of `withValue`, within that call.
    package static let refusal = TaskLocal<(@Sendable (_ name: String) -> SystemError.Code?)?>(wrappedValue: nil)

    /// Starts a thread; `name` (at most 15 bytes count) is what `ps -L` and debuggers show.
    ///
    /// - Parameter stackSize: In bytes; by default the system's.
    package init(name: String, stackSize: Int? = nil, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        if let code = Self.refusal.get()?(name) { throw Self.failure(name, code) }
        var handle = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let stackSize { pthread_attr_setstacksize(&attributes, stackSize) }
        let start = Unmanaged.passRetained(Start(body))
        let code = pthread_create(
            &handle,
            &attributes,
            { argument in
                guard let argument else { return nil }
                let stack = SignalStack.install()
                clinux_need_thread(1)
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                clinux_need_thread(0)
                stack.remove()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            start.release()
            throw Self.failure(name, SystemError.Code(code))
        }
        pthread_setname_np(handle, String(name.prefix(15)))
        self.handle = handle
    }

    private static func failure(_ name: String, _ code: SystemError.Code) -> SystemError {
        SystemError("cannot start the thread '\(name)'", code: code)
    }

    /// Waits for the thread's end; to be called once at most.
    package func join() { pthread_join(handle, nil) }

    /// Lets the thread's resources go when it ends by itself.
    package func detach() { pthread_detach(handle) }

    package var isCurrent: Bool { pthread_equal(handle, pthread_self()) != 0 }
}
