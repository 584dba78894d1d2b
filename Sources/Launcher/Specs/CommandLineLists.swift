internal import Glibc
internal import Linux
internal import Specs

/// The sources of a spec's lists: the command line and the files of this host.
struct CommandLineLists: SpecLists {
    let argv: [[UInt8]]
    /// Whether a list may be read from standard input.
    let mayReadInput: Bool
    private let input = InputUse()

    /// Whether standard input has been read.
    private final class InputUse {
        var isRead = false
    }

    func content(ofFile path: [UInt8]) throws(SpecListError) -> [UInt8] {
        let descriptor = try open(path)
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        return try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer throws(SpecListError) in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count == 0 { return bytes }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw cannotRead(path) }
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
    }

    func chunks(ofFile path: [UInt8], size: Int) throws(SpecListError) -> any ChunkSource {
        ChunkReader(try open(path), name: String(decoding: path, as: UTF8.self), size: size)
    }

    /// Opens a file. The name `-` stands for the launcher's standard input, as in other programs.
    private func open(_ path: [UInt8]) throws(SpecListError) -> CInt {
        guard path != [UInt8(ascii: "-")] else {
            guard mayReadInput else {
                throw SpecListError("standard input has the calls already; give the list a file of its own")
            }
            guard !input.isRead else {
                throw SpecListError("an earlier list has read standard input; save it in a file, and name that twice")
            }
            input.isRead = true
            return STDIN_FILENO
        }
        let descriptor = path.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw cannotRead(path) }
        return descriptor
    }

    private func cannotRead(_ path: [UInt8]) -> SpecListError {
        let cause = errno
        return SpecListError(
            "cannot read '\(String(decoding: path, as: UTF8.self))': \(SystemError.Code(cause))"
        )
    }

    /// Returns the paths that match a pattern, by the system function `glob`. As in the shell, names that begin with a
    /// dot match only patterns that begin with one. Without a match the list is empty.
    func paths(matching pattern: [UInt8]) throws(SpecListError) -> [[UInt8]] {
        var found = glob_t()
        defer { globfree(&found) }
        switch pattern.withCString({ glob($0, 0, nil, &found) }) {
        case 0: break
        case GLOB_NOMATCH: return []
        default:
            let cause = SystemError.Code.last
            throw SpecListError("cannot look for '\(String(decoding: pattern, as: UTF8.self))': \(cause)")
        }
        var paths: [[UInt8]] = []
        for index in 0..<Int(found.gl_pathc) {
            guard let path = found.gl_pathv[index] else { continue }
            paths.append(Array(UnsafeRawBufferPointer(start: path, count: strlen(path))))
        }
        return paths
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes and a zero byte after them.
    fileprivate func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { preconditionFailure("there is a zero byte at least") }
            return body(start)
        }
    }
}
