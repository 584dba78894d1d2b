package import Linux

/// The error of a trace that cannot be written or read, in one line.
package struct TraceError: Error, CustomStringConvertible {
    package enum Code: Equatable, Sendable {
        /// The file is not a trace of this product.
        case foreign
        /// Another process writes the file.
        case inUse
        case system(SystemError.Code)
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Makes the error of the last system call.
    static func lastSystemError(_ verb: String, _ path: String) -> TraceError {
        let code = SystemError.Code.last
        return TraceError(.system(code), "cannot \(verb) the trace '\(path)': \(code)")
    }
}
