/// Why this process starts no workers: the caller has asked for something that is wrong or not allowed here.
///
/// The API turns it into its own error.
package struct StartRefusal: Error, CustomStringConvertible {
    package enum Code: Sendable {
        case invalidArgument, notAllowed
    }

    package let code: Code
    /// One line: what is wrong, and what to do about it.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
