import Foundation

/// A directory that exists as long as its object, and no longer than the process.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = "\(FileManager.default.temporaryDirectory.path)/mpifutures-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        Directories.living.add(path)
    }

    deinit { Directories.living.remove(path) }

    /// One that all tests share, until the process ends.
    package static let shared: Result<TemporaryDirectory, any Error> = Result { try TemporaryDirectory() }

    /// Writes a file; returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}

/// The directories that exist. Objects in static properties are never freed, so their directories go with the process.
private final class Directories: @unchecked Sendable {
    static let living = Directories()

    private let lock = NSLock()
    private var paths: Set<String> = []

    private init() {
        atexit { Directories.living.removeAll() }
    }

    func add(_ path: String) { _ = lock.withLock { paths.insert(path) } }

    func remove(_ path: String) {
        guard lock.withLock({ paths.remove(path) }) != nil else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    private func removeAll() {
        for path in lock.withLock({ paths }) { remove(path) }
    }
}
