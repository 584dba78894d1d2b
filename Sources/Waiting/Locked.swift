#if THREAD_SANITIZER
    internal import Glibc
#else
    public import Synchronization
#endif

#if THREAD_SANITIZER

    /// A value behind a POSIX mutex, for builds with the thread sanitizer.
    ///
    /// The sanitizer does not instrument the library of `Synchronization.Mutex`, so it would report every access that a
    /// `Mutex` orders as a race. It knows POSIX mutexes.
    public struct Locked<State>: ~Copyable, @unchecked Sendable {
        private final class Storage {
            let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
            var state: State
            init(_ state: State) {
                self.state = state
                pthread_mutex_init(mutex, nil)
            }
            deinit {
                pthread_mutex_destroy(mutex)
                mutex.deallocate()
            }
        }
        private let storage: Storage

        /// Makes an unlocked value.
        public init(_ state: State) { storage = Storage(state) }

        /// Calls `body` with the value while no other thread has it. Not reentrant.
        public borrowing func withLock<Result, Failure: Error>(
            _ body: (inout State) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            pthread_mutex_lock(storage.mutex)
            defer { pthread_mutex_unlock(storage.mutex) }
            return try body(&storage.state)
        }

        /// Calls `body` with the value, or returns nil at once if another thread has the value.
        public borrowing func withLockIfAvailable<Result>(_ body: (inout State) -> Result) -> Result? {
            guard pthread_mutex_trylock(storage.mutex) == 0 else { return nil }
            defer { pthread_mutex_unlock(storage.mutex) }
            return body(&storage.state)
        }
    }

#else

    /// A value behind a lock: `Synchronization.Mutex`, except in builds with the thread sanitizer.
    ///
    /// The values need not be `Sendable`. They are buffers and lists of this project, which leave the lock only when
    /// ownership passes on.
    ///
    /// The type is public, because the compiler inlines only public functions into other modules, and a lock that is
    /// not inlined costs ten times as much. Nothing outside this package sees this module.
    public struct Locked<State>: ~Copyable, @unchecked Sendable {
        @usableFromInline let mutex: Mutex<Unchecked>

        @usableFromInline struct Unchecked: @unchecked Sendable {
            @usableFromInline var state: State
            @inlinable init(_ state: State) { self.state = state }
        }

        /// Makes an unlocked value.
        @inlinable @inline(__always)
        public init(_ state: State) { mutex = Mutex(Unchecked(state)) }

        /// Calls `body` with the value while no other thread has it. Not reentrant.
        @inlinable @inline(__always)
        public borrowing func withLock<Result, Failure: Error>(
            _ body: (inout State) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            try mutex.withLock { (unchecked: inout sending Unchecked) throws(Failure) -> Transfer<Result> in
                Transfer(try body(&unchecked.state))
            }.value
        }

        /// Calls `body` with the value, or returns nil at once if another thread has the value.
        @inlinable @inline(__always)
        public borrowing func withLockIfAvailable<Result>(_ body: (inout State) -> Result) -> Result? {
            mutex.withLockIfAvailable { (unchecked: inout sending Unchecked) -> Transfer<Result> in
                Transfer(body(&unchecked.state))
            }?.value
        }

        @usableFromInline struct Transfer<Value>: @unchecked Sendable {
            @usableFromInline let value: Value
            @inlinable init(_ value: Value) { self.value = value }
        }
    }

#endif
