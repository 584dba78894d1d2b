internal import Glibc

/// A failed system call: what could not be done, and why.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What could not be done, as the beginning of a sentence: "cannot read 'hosts'".
    package let problem: String
    /// The value of `errno`.
    package let code: CInt

    /// Creates an error. By default its cause is that of the calling thread's last system call.
    package init(_ problem: String, code: CInt = errno) {
        self.problem = problem
        self.code = code
    }

    /// The system's text for the code.
    package var reason: String { Self.reason(code) }

    package var description: String { "\(problem): \(reason)" }

    /// Returns the system's text for an error number, by default for that of the calling thread's last system call.
    ///
    /// The corresponding system function is `strerror`.
    package static func reason(_ code: CInt = errno) -> String { String(cString: strerror(code)) }
}
