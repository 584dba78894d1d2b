#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps recursion within the limit that was set and within the stack of the thread.
///
/// `Codable` recurses through code of the user's types, whose stack frames nobody can count beforehand. So beyond the
/// first levels the room that is left is looked at, not guessed.
package struct StackGuard {
    /// The greatest number of values nested in one another.
    let depthLimit: Int

    /// The address that the stack must stay above; 0 as long as nobody has asked the system.
    private var lowestAddress: UInt = 0

    /// Whether what is read will be walked again by recursive functions, which may take more of the stack.
    private let leavesMost: Bool

    package init(depthLimit: Int, leavesMost: Bool = false) {
        self.depthLimit = depthLimit
        self.leavesMost = leavesMost
    }

    /// So many levels fit on any stack, and asking about the stack would cost more than they do.
    private static let uncheckedDepth = 24

    /// What must be left for the code that a value of the user's may call, in bytes.
    private static let reserve: UInt = 96 << 10

    /// Whether a value may be entered that has `depth` others around it.
    @inline(__always)
    package mutating func allows(depth: Int) -> Bool {
        if depth <= StackGuard.uncheckedDepth { return depth < depthLimit }
        return depth < depthLimit && hasRoom()
    }

    @inline(never)
    private mutating func hasRoom() -> Bool {
        if lowestAddress == 0 {
            lowestAddress = lowestSafeAddress()
        }
        return StackGuard.here() > lowestAddress
    }

    #if !canImport(Darwin)
        /// `pthread_getattr_np`, which the C library has but, as an extension of its own, does not show to Swift.
        private static let getAttributes: (@convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32)? =
            unsafeBitCast(
                dlsym(nil, "pthread_getattr_np"),
                to: (@convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32)?.self
            )
    #endif

    /// An address in the stack frame of a function that is called now.
    @inline(never)
    private static func here() -> UInt {
        var marker: UInt8 = 0
        return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    }

    /// The lowest address that the calling thread may use with some to spare; 1 if the system does not tell.
    private func lowestSafeAddress() -> UInt {
        #if canImport(Darwin)
            let size = UInt(pthread_get_stacksize_np(pthread_self()))
            let bottom = UInt(bitPattern: pthread_get_stackaddr_np(pthread_self())) - size
        #else
            var attributes = pthread_attr_t()
            guard let getAttributes = StackGuard.getAttributes, getAttributes(pthread_self(), &attributes) == 0 else {
                return 1
            }
            defer { pthread_attr_destroy(&attributes) }
            var address: UnsafeMutableRawPointer?
            var length = 0
            guard pthread_attr_getstack(&attributes, &address, &length) == 0 else { return 1 }
            let bottom = UInt(bitPattern: address)
            let size = UInt(length)
        #endif
        let here = StackGuard.here()
        // Not so under the address sanitizer, which keeps local variables elsewhere, or on a stack of the user's own.
        guard here > bottom, here - bottom < size else { return 1 }
        let reserve = min(StackGuard.reserve, size / 2)
        return bottom + (leavesMost ? max(reserve, (here - bottom) / 3 * 2) : reserve)
    }
}
