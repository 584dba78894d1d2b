#if THREAD_SANITIZER
    internal import Glibc
#else
    public import Synchronization
#endif

#if THREAD_SANITIZER

    /// A value behind a lock, for builds under the thread sanitizer.
    ///
    /// `Synchronization.Mutex` lives in a library that the sanitizer does not instrument, so it would report every
    /// access that a `Mutex` orders as a race. It does know POSIX mutexes.
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

        /// The value, with nobody inside.
        public init(_ state: State) { storage = Storage(state) }

        /// Runs `body` with the value while no other thread does. Not from within such a body.
        public borrowing func withLock<Result, Failure: Error>(
            _ body: (inout State) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            pthread_mutex_lock(storage.mutex)
            defer { pthread_mutex_unlock(storage.mutex) }
            return try body(&storage.state)
        }

        /// The same if no other thread is inside; else returns nil at once.
        public borrowing func withLockIfAvailable<Result>(_ body: (inout State) -> Result) -> Result? {
            guard pthread_mutex_trylock(storage.mutex) == 0 else { return nil }
            defer { pthread_mutex_unlock(storage.mutex) }
            return body(&storage.state)
        }
    }

#else

    /// A value behind a lock: `Synchronization.Mutex`, but for builds under the thread sanitizer.
    ///
    /// The values need not be `Sendable`: what this project keeps behind locks are its own buffers and lists, which
    /// leave a lock only when they change hands.
    ///
    /// Public, because the compiler brings only public functions into other modules: as a call, a lock costs ten times
    /// as much. Nothing outside this package sees this module.
    public struct Locked<State>: ~Copyable, @unchecked Sendable {
        @usableFromInline let mutex: Mutex<Unchecked>

        @usableFromInline struct Unchecked: @unchecked Sendable {
            @usableFromInline var state: State
            @inlinable init(_ state: State) { self.state = state }
        }

        /// The value, with nobody inside.
        @inlinable @inline(__always)
        public init(_ state: State) { mutex = Mutex(Unchecked(state)) }

        /// Runs `body` with the value while no other thread does. Not from within such a body.
        @inlinable @inline(__always)
        public borrowing func withLock<Result, Failure: Error>(
            _ body: (inout State) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            try mutex.withLock { (unchecked: inout sending Unchecked) throws(Failure) -> Transfer<Result> in
                Transfer(try body(&unchecked.state))
            }.value
        }

        /// The same if no other thread is inside; else returns nil at once.
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
