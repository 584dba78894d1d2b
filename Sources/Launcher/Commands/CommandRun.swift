internal import CLinux
internal import Glibc

/// Runs a program to its end and collects what it writes.
enum ChildProcess {
    /// - Parameters:
    ///   - file: looked up in PATH if it has no slash.
    ///   - arguments: the first is the program's name.
    /// - Throws: `CommandError` if the program cannot be started or its output cannot be read.
    static func run(_ file: String, _ arguments: [String]) throws(CommandError) -> CommandResult {
        let nothing = try Descriptor.open("/dev/null")
        defer { nothing.close() }
        let output = try Pipe()
        defer { output.reading.close() }
        let errors: Pipe
        do { errors = try Pipe() } catch {
            output.writing.close()
            throw error
        }
        defer { errors.reading.close() }
        let process = spawn(file, arguments, [nothing.number, output.writing.number, errors.writing.number])
        let cause = errno
        output.writing.close()
        errors.writing.close()
        guard process > 0 else {
            throw CommandError(description: "cannot run '\(file)': \(String(cString: strerror(cause)))")
        }
        var result = CommandResult()
        collect(output.reading, errors.reading, &result)
        while waitpid(process, &result.status, 0) < 0 {
            guard errno == EINTR else { throw CommandError("cannot wait for '\(file)'") }
        }
        return result
    }

    private static func spawn(_ file: String, _ arguments: [String], _ descriptors: [CInt]) -> pid_t {
        let words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        return clinux_spawn(file, words, environment, descriptors, 0)
    }

    /// Reads both streams to their ends.
    private static func collect(_ output: Descriptor, _ errors: Descriptor, _ result: inout CommandResult) {
        var polled = [
            pollfd(fd: output.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0),
        ]
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            // A descriptor below 0 is not looked at.
            while polled[0].fd >= 0 || polled[1].fd >= 0 {
                guard poll(&polled, 2, -1) > 0 else { continue }
                if polled[0].revents != 0, !read(polled[0].fd, buffer, &result.output) { polled[0].fd = -1 }
                if polled[1].revents != 0, !read(polled[1].fd, buffer, &result.errorOutput) { polled[1].fd = -1 }
            }
        }
    }

    /// Reads what is there; false at the end.
    private static func read(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer, _ bytes: inout [UInt8])
        -> Bool
    {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        return count > 0 || count < 0 && errno == EINTR
    }

    /// This process's environment without what would make a child take itself for a rank of this job: an MPI program
    /// that is run as a command would then disturb the job, and hang.
    ///
    /// Made once; the strings stay those of the process.
    nonisolated(unsafe) private static let environment: [UnsafeMutablePointer<CChar>?] = {
        var kept: [UnsafeMutablePointer<CChar>?] = []
        var place = environ
        while let entry = place.pointee {
            let name = String(cString: entry).prefix { $0 != "=" }
            if !foreign.contains(where: name.hasPrefix) { kept.append(strdup(entry)) }
            place += 1
        }
        return kept + [nil]
    }()

    private static let foreign = [
        "PMI_", "PMIX_", "HYDI_CONTROL_FD", "HYDRA_", "MPI_LOCAL", "OMPI_",
        // What a step of Slurm's says of its tasks; a command may use the allocation.
        "SLURM_PROCID", "SLURM_LOCALID", "SLURM_STEP_NUM_TASKS",
    ]
}

/// A command could not be run at all. `Codable`, so that it arrives as itself.
struct CommandError: Error, Codable, CustomStringConvertible {
    let description: String

    init(description: String) { self.description = description }

    /// An error with the system's reason.
    init(_ problem: String) { description = "\(problem): \(String(cString: strerror(errno)))" }
}

/// A file descriptor above those of the standard streams, closed in programs that this process starts otherwise.
private struct Descriptor {
    let number: CInt

    static func open(_ path: String) throws(CommandError) -> Descriptor {
        try Descriptor(Glibc.open(path, O_RDONLY | O_CLOEXEC))
    }

    /// - Parameter number: below 0 after a failure.
    init(_ number: CInt) throws(CommandError) {
        guard number >= 0 else { throw CommandError("no file descriptor") }
        guard number <= 2 else {
            self.number = number
            return
        }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, 3)
        let cause = errno
        Glibc.close(number)
        errno = cause
        guard moved >= 0 else { throw CommandError("no file descriptor") }
        self.number = moved
    }

    func close() { Glibc.close(number) }
}

private struct Pipe {
    let reading: Descriptor
    let writing: Descriptor

    init() throws(CommandError) {
        var ends: [CInt] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { throw CommandError("no pipe") }
        reading = try Descriptor(ends[0])
        writing = try Descriptor(ends[1])
    }
}
