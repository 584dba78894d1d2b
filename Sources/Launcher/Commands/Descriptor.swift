internal import CLinux
internal import Glibc
internal import Linux

/// A file descriptor above those of the standard streams, closed in programs that this process starts otherwise.
struct Descriptor {
    let number: CInt

    static func open(_ path: String, _ flags: CInt) throws(CommandError) -> Descriptor {
        try Descriptor(Glibc.open(path, flags | O_CLOEXEC))
    }

    /// - Parameter number: below 0 after a failure.
    init(_ number: CInt) throws(CommandError) {
        self.number = FileDescriptor.aboveStandardStreams(number)
        guard self.number >= 0 else { throw CommandError("no file descriptor for a command") }
    }

    /// A file in memory with this content, to be read from its beginning.
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

/// What a command writes into, and its worker reads.
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
