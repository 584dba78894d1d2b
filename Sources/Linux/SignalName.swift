internal import CLinux

/// The names of signals.
package enum SignalName {
    /// Returns the name of a signal, such as SIGSEGV; "signal 40" for a signal without a name.
    ///
    /// The corresponding function of glibc is `sigabbrev_np`.
    package static func of(_ number: Int) -> String {
        guard let name = clinux_signal_name(CInt(truncatingIfNeeded: number)) else { return "signal \(number)" }
        return "SIG\(String(cString: name))"
    }
}
