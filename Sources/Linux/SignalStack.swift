internal import Glibc

/// A stack for the signal handlers of one thread, so that an overflow of the thread's own stack is reported too.
package struct SignalStack: @unchecked Sendable {
    private static let size = 1 << 16

    private let memory: UnsafeMutableRawPointer

    /// Gives the calling thread a stack for handlers; it stays until `remove`, or for the life of the process.
    ///
    /// The corresponding system function is `sigaltstack`.
    @discardableResult
    package static func install() -> SignalStack {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        var stack = stack_t()
        stack.ss_sp = memory
        stack.ss_size = size
        sigaltstack(&stack, nil)
        return SignalStack(memory: memory)
    }

    /// Takes it away again; on the same thread.
    package func remove() {
        var stack = stack_t()
        stack.ss_flags = Int32(SS_DISABLE)
        sigaltstack(&stack, nil)
        memory.deallocate()
    }
}
