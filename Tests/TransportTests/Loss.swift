/// The error with which a test loses workers.
struct Loss: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
