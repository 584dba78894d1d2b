import Foundation

/// What the build that made the running tests has made besides.
package enum BuildProducts {
    /// The directory of the test bundle, which is also that of executables and libraries.
    package static let directory = URL(fileURLWithPath: "/proc/self/exe")
        .resolvingSymlinksInPath()
        .deletingLastPathComponent()
        .path

    /// The path of an executable or a library of this package.
    ///
    /// - Throws: `MissingProduct`, if the build has not made it: the test's target must depend on it.
    package static func path(of name: String) throws -> String {
        let path = "\(directory)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else { throw MissingProduct(path: path) }
        return path
    }

    package struct MissingProduct: Error, CustomStringConvertible {
        let path: String
        package var description: String { "not built: \(path)" }
    }
}
