internal import CLinux
internal import CSupervisor
internal import Glibc
internal import Linux
internal import Waiting
internal import Wire

/// Runs one command to its end and collects its output.
struct CommandRun {
    private let words: [[UInt8]]
    /// The name of the command in errors.
    private let name: String
    private let supervisor: Supervisor
    private let output: Descriptor
    private let errors: Descriptor
    private let began = Instant.now
    private var result = CommandResult()
    private var isTooLong = false
    /// The way of the lines to the master while the command runs; nil if its output travels with the result alone.
    private var lines: CommandLines?

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - file: The program. A name without a slash is looked up in PATH.
    ///   - arguments: The arguments, with the program's name first.
    ///   - input: The program's standard input; nil if it is empty.
    ///   - script: The content of the program's descriptor 3; nil if it has none.
    ///   - lines: The way of the lines to the master while the command runs; nil if they travel with the result alone.
    /// - Throws: `CommandError` if the program cannot be started, or if its output cannot be read or is too long.
    static func run(
        _ file: [UInt8],
        _ arguments: [[UInt8]],
        input: CommandInput? = nil,
        script: [UInt8]? = nil,
        lines: CommandLines? = nil
    ) throws(CommandError) -> CommandResult {
        let output = try Pipe()
        defer { output.reading.close() }
        let errors: Pipe
        do { errors = try Pipe() } catch {
            output.writing.close()
            throw error
        }
        defer { errors.reading.close() }
        let supervisor: Supervisor
        let start: Double
        do {
            defer {
                output.writing.close()
                errors.writing.close()
            }
            let directory = try Descriptor.open(".", CInt(CLINUX_OPEN_PATH) | O_DIRECTORY)
            defer { directory.close() }
            let text = try script.map { script throws(CommandError) in try Descriptor(holding: script) }
            defer { text?.close() }
            let content = try input.map { input throws(CommandError) in try input.open() }
            defer { content?.close() }
            let descriptors = [directory, output.writing, errors.writing] + [content, text].compactMap { $0 }
            supervisor = try Supervisors.take()
            start = WallClock.seconds
            try supervisor.start([file] + arguments, descriptors.map(\.number), hasInput: content != nil)
        }
        var run = CommandRun(
            words: arguments,
            name: String(decoding: arguments[0], as: UTF8.self),
            supervisor: supervisor,
            output: output.reading,
            errors: errors.reading
        )
        run.result.host = host
        run.result.start = start
        run.lines = lines
        return try run.collect()
    }

    private static let host = HostName.current

    private init(words: [[UInt8]], name: String, supervisor: Supervisor, output: Descriptor, errors: Descriptor) {
        self.words = words
        self.name = name
        self.supervisor = supervisor
        self.output = output
        self.errors = errors
    }

    /// How long to read after the command has ended, in milliseconds, if processes that it has left keep its output
    /// open. Parts of a pipeline may still write then.
    private static let linger: Int64 = 100

    /// Reads both streams until the command has ended and both streams have.
    private mutating func collect() throws(CommandError) -> CommandResult {
        var polled = [output.number, errors.number, supervisor.socket].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        var deadline: Int64?
        // `poll` ignores descriptors below 0.
        while deadline == nil || polled[0].fd >= 0 || polled[1].fd >= 0 {
            let timeout = deadline.map { max(0, $0 - Self.milliseconds) } ?? -1
            let count = poll(&polled, 3, CInt(timeout))
            if count < 0 { continue }
            if count == 0 { break }
            if polled[0].revents != 0 {
                if !read(output, \.output) { polled[0].fd = -1 }
                lines?.send(result.output, .output)
            }
            if polled[1].revents != 0 {
                if !read(errors, \.errorOutput) { polled[1].fd = -1 }
                lines?.send(result.errorOutput, .errors)
            }
            if polled[2].revents != 0 {
                result.status = try end()
                result.seconds = Double(Instant.now.nanoseconds(since: began)) / 1e9
                deadline = Self.milliseconds + Self.linger
                polled[2].fd = -1
            }
            // A process that writes forever must not keep the call.
            if let deadline, Self.milliseconds > deadline { break }
        }
        Supervisors.giveBack(supervisor)
        lines?.send(result.output, .output, isAtEnd: true)
        lines?.send(result.errorOutput, .errors, isAtEnd: true)
        result.isShown = lines != nil
        if isTooLong {
            throw CommandError(
                description: "'\(name)' was killed: it wrote more than \(OutputLimit.current) bytes, the limit for one "
                    + "command; write to a file instead, or set \(OutputLimit.variable)"
            )
        }
        return result
    }

    /// Receives the supervisor's reply. Returns the command's status.
    private func end() throws(CommandError) -> Int32 {
        switch supervisor.reply() {
        case .ended(let status): return status
        case .failed(let cause):
            Supervisors.giveBack(supervisor)
            throw CommandError(description: "cannot run '\(name)': \(reason(cause))")
        case .lost:
            Supervisors.drop(supervisor)
            throw CommandError(description: "'\(name)' was ended, because the process that supervised it has ended")
        }
    }

    private func reason(_ cause: CInt) -> String {
        let reason = SystemError.Code(cause).description
        if cause == ENOENT, words.count == 1, name.contains(" ") {
            return "\(reason); exec takes a command word by word, and sh a script"
        }
        guard cause == E2BIG else { return reason }
        if let index = words.firstIndex(where: { $0.count > Self.longestWord }) {
            return "\(reason): argument \(index) has \(words[index].count) bytes, and the system takes "
                + "\(Self.longestWord) at most; pass it in a file"
        }
        let size = words.reduce(0) { $0 + $1.count + 1 }
        return "\(reason): the arguments have \(size) bytes, and the system takes about \(sysconf(CInt(_SC_ARG_MAX))) "
            + "together with the environment; pass them in a file"
    }

    /// The size of the longest argument that Linux permits: `MAX_ARG_STRLEN`, without the zero byte at the end.
    static let longestWord = 32 * 4096 - 1

    /// Reads the available output. Returns false at the end of the stream.
    private mutating func read(
        _ stream: Descriptor,
        _ part: WritableKeyPath<CommandResult, [UInt8]>
    ) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            let count = Glibc.read(stream.number, buffer.baseAddress, buffer.count)
            guard count > 0 else { return count < 0 && errno == EINTR }
            // The output is dropped until the command has been killed.
            if isTooLong { return true }
            if result.output.count + result.errorOutput.count + count > OutputLimit.current {
                isTooLong = true
                result.output = []
                result.errorOutput = []
                supervisor.kill()
                return true
            }
            result[keyPath: part].append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return true
        }
    }

    private static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// The error of a command that could not be run at all. It is `Codable`, so it arrives as itself.
struct CommandError: Error, Codable, CustomStringConvertible {
    let description: String

    init(description: String) { self.description = description }

    /// Makes an error with the system's reason.
    init(_ problem: String) { description = SystemError(problem).description }
}
