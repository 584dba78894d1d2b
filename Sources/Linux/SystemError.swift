internal import Glibc

/// A failed system call: what could not be done, and why.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What could not be done, as the beginning of a sentence: "cannot read 'hosts'".
    package let problem: String
    /// Why it could not be done.
    package let code: Code

    /// Creates an error. By default its code is that of the calling thread's last system call.
    package init(_ problem: String, code: Code = .last) {
        self.problem = problem
        self.code = code
    }

    package var description: String { "\(problem): \(code)" }
}

extension SystemError {
    /// The system's reason for a failure: a value of `errno`. Errors of other modules have it as their cause.
    package struct Code: Error, Hashable, Sendable, CustomStringConvertible {
        package let number: CInt

        package init(_ number: CInt) { self.number = number }

        /// The code of the calling thread's last system call that failed. Read it before any other call.
        package static var last: Code { Code(errno) }

        /// The system's text for the code.
        ///
        /// The corresponding system function is `strerror`.
        package var description: String { String(cString: strerror(number)) }
    }
}
