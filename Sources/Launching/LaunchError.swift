package import Linux

/// The reason why workers could not be started, in one line.
package struct LaunchError: Error, Equatable, CustomStringConvertible {
    /// What could not be done.
    package let problem: String
    /// The system's reason; nil if the problem is not one of the system.
    package let cause: SystemError.Code?
    /// What the user can do; nil if the problem says it.
    package let remedy: String?

    package init(_ problem: String, cause: SystemError.Code? = nil, remedy: String? = nil) {
        self.problem = problem
        self.cause = cause
        self.remedy = remedy
    }

    package var description: String {
        problem + (cause.map { ": \($0)" } ?? "") + (remedy.map { "; \($0)" } ?? "")
    }
}
