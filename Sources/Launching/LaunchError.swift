/// The reason why workers could not be started, in one line.
package struct LaunchError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
