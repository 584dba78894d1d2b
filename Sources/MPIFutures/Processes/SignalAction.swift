internal import CLinux
internal import Glibc

/// Handlers of signals for this process alone.
///
/// Processes that are forked from it do not call them: there the action that was in place before takes over.
package enum SignalAction {
    package typealias Handler =
        @convention(c) (_ number: Int32, _ info: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?) -> Void

    /// Calls `handler` for a signal; system calls continue after it.
    package static func install(_ number: Int32, _ handler: Handler) {
        clinux_on_signal(number, SA_RESTART, handler, nil)
    }

    /// Calls `handler` for the first signal of a kind, on the stack for signal handlers, and then restores the default.
    ///
    /// - Returns: The action that was in place before.
    static func installOnce(_ number: Int32, _ handler: Handler) -> sigaction {
        var former = sigaction()
        clinux_on_signal(number, SA_ONSTACK | Int32(bitPattern: UInt32(SA_RESETHAND)), handler, &former)
        return former
    }
}
