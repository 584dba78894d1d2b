import Foundation

/// The files of the package whose tests run.
package enum PackageFiles {
    /// The package's directory.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The paths of the files in a directory whose names end with `suffix`, sorted.
    package static func paths(in directory: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(directory)")
            .filter { $0.hasSuffix(suffix) }
            .sorted()
            .map { "\(root)/\(directory)/\($0)" }
    }

    package static func text(of path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
}
