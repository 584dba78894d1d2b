internal import CLinux
internal import Glibc

/// Signal handlers that run in this process only.
///
/// A forked child does not run them. There the action that was in place before takes over.
package enum SignalAction {
    package typealias Handler =
        @convention(c) (_ number: Int32, _ info: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?) -> Void

    /// SIGINT and SIGTERM, without those that the user has ignored. A shell without job control, for instance, starts
    /// background programs with SIGINT ignored.
    package static var ofInterruption: [Int32] { [SIGINT, SIGTERM].filter { !isIgnored($0) } }

    /// Whether the user has ignored a signal.
    package static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0, action.sa_flags & SA_SIGINFO == 0 else { return false }
        let ignoring = unsafeBitCast(SIG_IGN, to: Int.self)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == ignoring
    }

    /// Restores the default for SIGCHLD if the user has ignored it. Otherwise the children of this process would leave
    /// no status.
    package static func keepChildStatuses() {
        if isIgnored(SIGCHLD) { signal(SIGCHLD, SIG_DFL) }
    }

    /// Installs a handler for a signal. Interrupted system calls are restarted.
    package static func install(_ number: Int32, _ handler: Handler) {
        clinux_on_signal(number, SA_RESTART, handler, nil)
    }

    /// Installs a handler for the first signal of a kind. It runs on the stack for signal handlers, and the default is
    /// restored before.
    ///
    /// - Returns: The action that was in place before.
    static func installOnce(_ number: Int32, _ handler: Handler) -> sigaction {
        var former = sigaction()
        clinux_on_signal(number, SA_ONSTACK | Int32(bitPattern: UInt32(SA_RESETHAND)), handler, &former)
        return former
    }
}
