import Foundation

/// A directory that exists as long as its object.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = "\(FileManager.default.temporaryDirectory.path)/mpifutures-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// One that all tests share, until the process ends.
    package static let shared: Result<TemporaryDirectory, any Error> = Result {
        let directory = try TemporaryDirectory()
        atexit { try? FileManager.default.removeItem(atPath: TemporaryDirectory.shared.get().path) }
        return directory
    }

    /// Writes a file; returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}
