import Glibc

/// A file that is written from its beginning to its end, or standard output.
final class OutputFile {
    private let path: String
    private let stream: UnsafeMutablePointer<FILE>

    /// - Parameter path: `-` is standard output.
    init(_ path: String) throws {
        self.path = path
        guard let stream = path == "-" ? fdopen(dup(STDOUT_FILENO), "w") : fopen(path, "w") else {
            throw FileError(path: path, reason: String(cString: strerror(errno)))
        }
        self.stream = stream
    }

    func write(_ bytes: [UInt8]) throws {
        guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else { throw failure() }
    }

    /// Closes the file. What could not be written is known only now.
    func close() throws {
        guard fclose(stream) == 0 else { throw failure() }
    }

    private func failure() -> FileError { FileError(path: path, reason: String(cString: strerror(errno))) }
}

struct FileError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "cannot write '\(path)': \(reason)" }
}
