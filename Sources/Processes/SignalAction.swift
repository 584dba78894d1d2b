internal import CLinux
internal import Glibc

/// Handlers of signals for this process alone.
///
/// Processes that are forked from it do not call them: there the action that was in place before takes over.
package enum SignalAction {
    package typealias Handler =
        @convention(c) (_ number: Int32, _ info: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?) -> Void

    /// SIGINT and SIGTERM, except those that the user has ignored: a shell without job control, for instance, starts
    /// programs in the background with SIGINT ignored.
    package static var ofInterruption: [Int32] { [SIGINT, SIGTERM].filter { !isIgnored($0) } }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0, action.sa_flags & SA_SIGINFO == 0 else { return false }
        let ignoring = unsafeBitCast(SIG_IGN, to: Int.self)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == ignoring
    }

    /// Restores the default for SIGCHLD if the user has it ignored: children that this process waits for would leave no
    /// status.
    package static func keepChildStatuses() {
        if isIgnored(SIGCHLD) { signal(SIGCHLD, SIG_DFL) }
    }

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
