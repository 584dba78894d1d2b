/// The error of a request for workers that is wrong or not allowed here.
///
/// The API converts it to `ExecutorError`.
package struct StartRefusal: Error, CustomStringConvertible {
    package enum Code: Sendable {
        case invalidArgument, notAllowed
    }

    package let code: Code
    /// The problem and its remedy, in one line.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
