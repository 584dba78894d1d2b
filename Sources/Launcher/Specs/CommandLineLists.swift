internal import Glibc
internal import Specs

/// The lists of a spec, from the command line and the files of this host.
struct CommandLineLists: SpecLists {
    let argv: [String]

    func content(ofFile path: String) throws(SpecListError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotRead(path) }
        defer { close(descriptor) }
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

    private func cannotRead(_ path: String) -> SpecListError {
        SpecListError("cannot read '\(path)': \(String(cString: strerror(errno)))")
    }

    /// The corresponding system function is `glob`; as in the shell, names that begin with a dot match only patterns
    /// that say so. No match is an empty list.
    func paths(matching pattern: String) throws(SpecListError) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        switch glob(pattern, 0, nil, &found) {
        case 0: break
        case GLOB_NOMATCH: return []
        default: throw SpecListError("cannot look for '\(pattern)': \(String(cString: strerror(errno)))")
        }
        var paths: [String] = []
        for index in 0..<Int(found.gl_pathc) {
            guard let path = found.gl_pathv[index] else { continue }
            guard let text = String(validatingCString: path) else {
                throw SpecListError("'\(String(cString: path))' is not UTF-8")
            }
            paths.append(text)
        }
        return paths
    }
}
