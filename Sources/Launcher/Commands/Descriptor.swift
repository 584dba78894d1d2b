internal import CLinux
internal import Glibc
internal import Linux

/// A file descriptor above the standard ones. Programs that this process starts do not inherit it.
struct Descriptor {
    let number: CInt

    static func open(_ path: String, _ flags: CInt) throws(CommandError) -> Descriptor {
        try Descriptor(Glibc.open(path, flags | O_CLOEXEC))
    }

    /// - Parameter number: The descriptor; negative after a failure.
    init(_ number: CInt) throws(CommandError) {
        self.number = FileDescriptor.aboveStandardStreams(number)
        guard self.number >= 0 else { throw CommandError("no file descriptor for a command") }
    }

    /// Makes a file in memory with this content, positioned at its beginning.
    init(holding content: [UInt8]) throws(CommandError) {
        self = try Descriptor(clinux_memory_file())
        let isWritten = content.withUnsafeBytes { FileDescriptor.writeAll($0, to: number) }
        guard isWritten, lseek(number, 0, SEEK_SET) == 0 else {
            let error = CommandError("no memory for a script of \(content.count) bytes")
            close()
            throw error
        }
    }

    func close() { Glibc.close(number) }
}

/// A pipe from a command to its worker.
struct Pipe {
    let reading: Descriptor
    let writing: Descriptor

    init() throws(CommandError) {
        var ends: [CInt] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { throw CommandError("no pipe for a command") }
        do { reading = try Descriptor(ends[0]) } catch {
            Glibc.close(ends[1])
            throw error
        }
        do { writing = try Descriptor(ends[1]) } catch {
            reading.close()
            throw error
        }
    }
}
