internal import Glibc
internal import Linux

/// A directory with a directory for each call, as GNU parallel has it for `--results DIR/{#}/`.
struct ResultDirectory {
    let path: String

    /// Makes the directory.
    init(_ path: String) throws(SpecFailure) {
        self.path = path
        try Self.make(path)
    }

    /// Writes the files of a call. The file `status` comes last, so that it says that all are there.
    ///
    /// - Parameter sequence: The number of the call, counted from 1.
    func write(_ end: CallEnd, sequence: Int, command: [UInt8]) throws(SpecFailure) {
        let directory = "\(path)/\(sequence)"
        try Self.make(directory)
        unlink("\(directory)/status")
        let newline = [UInt8(ascii: "\n")]
        let reason = end.failure.map { Array("\($0)\n".utf8) } ?? []
        try Self.write(command + newline, to: "\(directory)/command")
        try Self.write(end.output, to: "\(directory)/stdout")
        try Self.write(end.failure is CommandFailure ? end.errors : end.errors + reason, to: "\(directory)/stderr")
        try Self.write(Array("\(end.shellStatus)\n".utf8), to: "\(directory)/status")
    }

    private static func make(_ directory: String) throws(SpecFailure) {
        var status = stat()
        if mkdir(directory, 0o777) == 0 { return }
        let cause = SystemError.Code.last
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SpecFailure(description: "mpifutures: cannot make the directory '\(directory)': \(cause)")
        }
    }

    private static func write(_ bytes: [UInt8], to file: String) throws(SpecFailure) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        var isWritten = descriptor >= 0 && bytes.withUnsafeBytes { FileDescriptor.writeAll($0, to: descriptor) }
        var cause = SystemError.Code.last
        // Some file systems tell only now that there was no room.
        if descriptor >= 0, close(descriptor) != 0, isWritten {
            isWritten = false
            cause = .last
        }
        if !isWritten { throw SpecFailure(description: "mpifutures: cannot write '\(file)': \(cause)") }
    }
}
