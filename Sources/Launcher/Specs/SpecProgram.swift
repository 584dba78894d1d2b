internal import Glibc
internal import Journals
internal import Linux
internal import MPIFutures
internal import PluginLoading
internal import Processes
internal import Specs

/// The program that runs in place of a plugin's if calls are given on the command line.
final class SpecProgram {
    private let request: SpecRequest
    private let resolver: CallableResolver
    private let checker: CallChecker
    /// The calls of `-c`, if this process is the master.
    private var calls: [CheckedCall] = []
    /// The identities of the libraries that the calls of `-c` name.
    private(set) var identity = ""

    /// Loads the libraries that the calls of `-c` name. Calls of a stream load their libraries as they arrive.
    ///
    /// - Parameter isMaster: Whether this process is the master, which checks all that can be checked before a call is
    ///   made.
    init(_ request: SpecRequest, isMaster: Bool) throws {
        self.request = request
        resolver = CallableResolver(paths: request.paths)
        checker = CallChecker(request, resolver)
        switch request.source {
        case .text(let text): try load(text, isMaster)
        case .file(let path): if isMaster { try Self.checkIsReadable(path) }
        case .standardInput: break
        }
    }

    private func load(_ text: [UInt8], _ isMaster: Bool) throws {
        // The parser's text lives until the process ends, since it comes from the command line.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        copy.copyBytes(from: text)
        let bytes = UnsafeRawBufferPointer(copy)
        // The whole grammar is checked first. Then all libraries are loaded, since earlier calls may need them.
        var parser = SpecParser(bytes)
        var names: [CallName] = []
        while try parser.next() { names.append(CallName(parser[parser.call.name])) }
        parser = SpecParser(bytes)
        for name in names {
            _ = try parser.next()
            do throws(PluginError) {
                guard let plugin = try resolver.load(name.library) else { continue }
                identity += "\(plugin.identity) "
            } catch {
                throw parser.error(error.message, at: parser.call.name.lowerBound)
            }
        }
        guard isMaster else { return }
        parser = SpecParser(bytes)
        var usesArguments = false
        while try parser.next() {
            usesArguments = usesArguments || parser.call.holes.contains { $0.content == .argv }
            let form = try checker.resolve(parser)
            if form.labelling == .labels { parser.labelArguments() }
            calls.append(CheckedCall(form: form, expansion: try checker.check(parser, form)))
        }
        if let first = request.arguments.first, !usesArguments {
            // The word is most often an option.
            let word = String(decoding: first, as: UTF8.self)
            let problem = "no call has 'argv' in it, so '\(word)' is of no use; options stand before -c"
            throw SpecFailure(description: "mpifutures: \(problem)")
        }
    }

    private static func checkIsReadable(_ path: String) throws {
        var status = stat()
        let isDirectory = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        guard isDirectory || access(path, R_OK) != 0 else { return }
        throw cannotRead(path, isDirectory ? EISDIR : errno)
    }

    private static func cannotRead(_ path: String, _ cause: CInt) -> SpecFailure {
        SpecFailure(description: "mpifutures: cannot read '\(path)': \(SystemError.Code(cause))")
    }

    // MARK: Running

    /// How many calls there are; nil if that is not known before they have been read.
    private var total: Int? {
        guard case .text = request.source else { return nil }
        var total = 0
        for call in calls {
            guard let count = call.expansion.count else { return nil }
            total += count
        }
        return total
    }

    /// Makes the calls and writes their results. Returns the exit status.
    func run() throws -> Int {
        warnOfLateOption()
        if request.output.isDryRun { return try printCalls() }
        let total = total
        if let total { ProgressDisplay.expect(total) }
        let output = request.output
        let log: JobLogFile?
        let recorder: CallRecorder
        do {
            log = try output.jobLog.map { try JobLogFile($0, keepsRows: output.resumption != .none) }
            recorder = try CallRecorder(output, log: log, total: total)
            if output.isLineBuffered { try LineWriter.begin() }
        } catch {
            LoadFailure(error).report()
            return 2
        }
        let executor = try MPIPoolExecutor()
        let stream = CallStream(executor, isOrdered: !request.isUnordered && !output.needsArrivals)
        let window = CallWindow(workerCount: executor.workerCount)
        let writer = ResultWriter(stream, window, request, recorder)
        let earlier = output.resumption == .none ? nil : log?.content
        let feeder = CallFeeder(stream, window, writer, output, earlier: earlier)
        try writer.start()
        do {
            try feed(feeder, flush: stream.flush, noteFailure: writer.noteFailure)
        } catch let error as SpecFailure {
            Log.write("\(error)\n")
            writer.noteFailure()
        } catch let error as ExecutorError where error.code == .drained {
            // The calls that have begun still end.
        }
        do { try stream.finish() } catch let error as ExecutorError where error.code == .drained {}
        let outcome = writer.waitForEnd()
        executor.shutdown()
        Runtime.shared.finish()
        if outcome.hasHalted { Log.write("mpifutures: halted by --halt; the other calls were not made\n") }
        return outcome.failures == 0 || outcome.countsAsSuccess ? 0 : 1
    }

    /// Warns if an option stands behind the calls. `-c` refuses arguments that no call uses. What the calls of a file use
    /// is known when they have been read, and a long run with other options than its user means is a loss by then.
    private func warnOfLateOption() {
        guard let first = request.arguments.first else { return }
        let word = String(decoding: first, as: UTF8.self)
        guard OptionWords.all.contains(String(word.prefix { $0 != "=" })) else { return }
        let meaning = "is an argument of the calls here; options stand before -f, -c or '-'"
        Log.warning("'\(word)' \(meaning)")
    }

    /// Prints the calls in place of making them. Returns the exit status.
    private func printCalls() throws -> Int {
        let printer = CallPrinter(hasTags: request.output.hasTags)
        try feed(printer, flush: printer.flush, noteFailure: printer.noteFailure)
        printer.flush()
        return printer.failures == 0 ? 0 : 1
    }

    /// Gives all calls to a sink.
    ///
    /// - Parameters:
    ///   - flush: Called if there may be nothing to read for a while.
    ///   - noteFailure: Called for each line that cannot be used.
    private func feed(_ sink: any CallSink, flush: () throws -> Void, noteFailure: @escaping () -> Void) throws {
        switch request.source {
        case .text:
            for call in calls { try sink.add(call.expansion, of: sink.target(call.form), line: nil) }
        case .file(let path):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.cannotRead(path, errno) }
            try SpecStream(descriptor, request, checker, sink, noteFailure: noteFailure).run(flush: flush)
        case .standardInput:
            try SpecStream(STDIN_FILENO, request, checker, sink, noteFailure: noteFailure).run(flush: flush)
        }
    }
}
