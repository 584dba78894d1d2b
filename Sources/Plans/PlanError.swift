/// The error of bytes that are not a value of the type whose plan reads them.
package struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problem in one line.
    package let message: String
    /// The offset of the byte at fault.
    package let offset: Int

    package var description: String { "\(message) at byte \(offset)" }
}
