internal import ArgumentParser
internal import Journals
internal import Launching
internal import Processes
internal import Scheduling

/// The launcher's command line: its own options, the plugin, and the arguments of the plugin's program.
struct Options: ParsableArguments {
    @Flag(name: .long, help: "Print the version.")
    var version = false

    @Option(name: .long, help: ArgumentHelp("A directory to look for modules in.", valueName: "dir"))
    var path: [String] = []

    @Option(
        name: .short,
        parsing: .unconditional,
        help: ArgumentHelp("A module to look for, in place of a plugin's path.", valueName: "module")
    )
    var module: String?

    @Option(name: .long, help: "Start so many workers.")
    var workers: Int?

    @Flag(name: .long, help: "Start as many workers as mpiexec -usize has room for.")
    var spawn = false

    @Option(name: .long, help: ArgumentHelp("Whether calls are isolated: auto, on or off.", valueName: "when"))
    var isolate: String?

    @Option(name: .customLong("time-limit"), help: ArgumentHelp("End calls that take longer.", valueName: "seconds"))
    var timeLimit: Double?

    @Option(name: .long, help: ArgumentHelp("Make calls that fail again.", valueName: "tries"))
    var retries: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Notice silent hosts: off, or seconds.", valueName: "period,patience")
    )
    var heartbeat: String?

    @Option(name: .customLong("save-failed"), help: ArgumentHelp("Save calls that end workers.", valueName: "dir"))
    var saveFailed: String?

    @Option(name: .long, help: ArgumentHelp("Make a saved call again.", valueName: "file"))
    var replay: String?

    @Option(name: .long, help: ArgumentHelp("Record results, and make no recorded call again.", valueName: "file"))
    var journal: String?

    @Flag(name: .customLong("journal-failures"), help: "Make no call again that has failed.")
    var journalFailures = false

    @Flag(name: .customLong("journal-sync"), help: "Wait for the disk.")
    var journalSync = false

    @Option(
        name: .customLong("journal-limit"),
        help: ArgumentHelp("Record no larger results.", valueName: "bytes")
    )
    var journalLimit: String?

    @Option(
        name: .customLong("journal-files"),
        help: ArgumentHelp("Write larger results to files beside the journal.", valueName: "bytes")
    )
    var journalFiles: String?

    @Option(
        name: .customLong("max-calls-per-worker"),
        help: ArgumentHelp("Replace workers after so many calls.", valueName: "count")
    )
    var maxCallsPerWorker: Int?

    @Option(name: .customLong("memory-limit"), help: ArgumentHelp("Limit the data of workers.", valueName: "bytes"))
    var memoryLimit: String?

    @Option(
        name: .customLong("worker-env"),
        help: ArgumentHelp("A variable of each worker, with its numbers.", valueName: "name=value")
    )
    var workerEnvironment: [String] = []

    @Flag(name: .long, help: "Label each line of a worker's output.")
    var label = false

    @Flag(name: .long, help: "Print at the end what has become of the calls.")
    var summary = false

    @Flag(name: .long, help: "Show how far the calls are.")
    var progress = false

    @Flag(name: .long, help: "Show how far the calls are, as a bar.")
    var bar = false

    @Option(name: .long, help: ArgumentHelp("Write a trace of the calls.", valueName: "file"))
    var trace: String?

    @Option(name: .long, help: ArgumentHelp("Make a page about the run.", valueName: "file"))
    var report: String?

    @Flag(name: .long, help: "Write results of calls as bytes.")
    var raw = false

    @Flag(name: .long, help: "Write results of calls as they come.")
    var unordered = false

    @Option(name: .long, help: ArgumentHelp("Let calls end after SIGTERM.", valueName: "seconds"))
    var grace: Double?

    @Option(name: .customLong("time-left"), help: ArgumentHelp("End in so many seconds.", valueName: "seconds"))
    var timeLeft: Double?

    @OptionGroup var output: OutputOptions

    @Flag(name: .customLong("self-test"), help: "Check the installation.")
    var selfTest = false

    @Option(name: .long, help: ArgumentHelp("Print the callables of a plugin.", valueName: "plugin"))
    var list: String?

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp(
            "The plugin, a shared library with a main function, and the arguments of its program.",
            valueName: "plugin [arg ...]"
        )
    )
    var rest: [String] = []
}

/// The request of a command line.
enum Request: Equatable {
    case printHelp(String)
    case printVersion
    case run(PluginReference, arguments: [String], WorkerRequest = WorkerRequest())
    case runSpec(SpecRequest, WorkerRequest = WorkerRequest())
    case runBuiltIn(BuiltInProgram, WorkerRequest = WorkerRequest())
    case list(plugin: String, paths: [String])
    /// Makes a saved call again, with the plugin that has its callable; nil if the call names its library.
    case replay(file: String, PluginReference?, arguments: [String])
    case journal(JournalCommand)
    case report(ReportCommand)
}

/// What a command line says about the workers.
struct WorkerRequest: Equatable {
    /// The workers to start; nil if they are there, or if each executor starts its own.
    var own: OwnWorkers?
    /// Whether calls are isolated; nil if the environment decides.
    var isolation: Isolation?
    /// How long each call may take, in seconds; nil for the limit of the environment, or none.
    var timeLimit: Double?
    /// How many calls each worker makes at most; nil if the environment decides.
    var maxCallsPerWorker: Int?
    /// The most data of a worker while a call runs, in bytes; nil if the environment decides.
    var memoryLimit: Int?
    var isSummaryWanted = false
    /// Variables that each worker gets with its own numbers in them, in addition to those of the environment.
    var templates = WorkerTemplates()
    /// Whether each line of a worker's output is labelled.
    var labelsOutput = false
    /// Where calls that end workers are saved; nil if the environment decides.
    var failedCalls: String?
    /// How often calls that fail are made again; nil if the environment decides.
    var retries: RetryRules?
    /// The heartbeat between hosts; nil if the environment decides.
    var heartbeat: HeartbeatChoice?
    /// How the progress of the calls is shown on a terminal; nil if it is not shown at all.
    var progress: ProgressStyle?
    /// The trace of all calls; nil for none.
    var trace: String?
    /// How the run ends before a time limit.
    var draining = RunDraining.Plan()
    /// The page about the run; nil for none.
    var report: String?
    /// The journal of all calls; nil for that of the environment, or none.
    var journal: JournalSettings?
}

/// Workers that the launcher starts itself.
struct OwnWorkers: Equatable {
    /// The number of workers; nil for the number that an executor would start.
    var count: Int?
}

extension Options {
    fileprivate var workerRequest: WorkerRequest {
        get throws(UsageError) {
            var request = WorkerRequest()
            if let workers, workers < 1 { throw UsageError("--workers is \(workers), but must be at least 1") }
            if workers != nil || spawn { request.own = OwnWorkers(count: workers) }
            if let isolate {
                guard let isolation = Isolation(rawValue: isolate) else {
                    throw UsageError("--isolate is '\(isolate)', but must be auto, on or off")
                }
                request.isolation = isolation
            }
            if let timeLimit {
                guard timeLimit > 0, timeLimit < 1e9 else {
                    throw UsageError("--time-limit is \(timeLimit), but must be a positive number of seconds")
                }
                request.timeLimit = timeLimit
            }
            if let count = maxCallsPerWorker {
                guard count >= 1 else {
                    throw UsageError("--max-calls-per-worker is \(count), but must be at least 1")
                }
                request.maxCallsPerWorker = count
            }
            if let memoryLimit {
                guard let bytes = ByteCount.parse(memoryLimit), bytes > 0 else {
                    throw UsageError(
                        "--memory-limit is '\(memoryLimit)', but must be a number of bytes, or one of K, M or G behind it"
                    )
                }
                request.memoryLimit = bytes
            }
            request.isSummaryWanted = summary
            request.labelsOutput = label
            for variable in workerEnvironment {
                do { try request.templates.add(line: variable) } catch {
                    throw UsageError("--worker-env \(error.problem)")
                }
            }
            if let saveFailed {
                guard !saveFailed.isEmpty else { throw UsageError("the directory of --save-failed is empty") }
                request.failedCalls = saveFailed
            }
            if let retries {
                guard let rules = RetryRules(parsing: retries) else {
                    throw UsageError("--retries is '\(retries)', but \(RetryRules.grammar)")
                }
                request.retries = rules
            }
            if let heartbeat {
                guard let choice = HeartbeatChoice(heartbeat) else {
                    throw UsageError("--heartbeat is '\(heartbeat)', but \(HeartbeatChoice.grammar)")
                }
                request.heartbeat = choice
            }
            request.journal = try journalSettings
            request.progress = bar ? .bar : progress ? .line : nil
            request.draining = try drainingPlan
            if let trace {
                guard !trace.isEmpty else { throw UsageError("--trace needs the name of a file") }
                request.trace = trace
            }
            if let report {
                guard !report.isEmpty else { throw UsageError("--report needs the name of a file") }
                request.report = report
            }
            return request
        }
    }
}

extension Options {
    fileprivate var drainingPlan: RunDraining.Plan {
        get throws(UsageError) {
            if let grace {
                guard grace >= 0, grace < 1e9 else {
                    throw UsageError("--grace is \(grace), but must be a number of seconds, 0 or more")
                }
            }
            if let timeLeft {
                guard timeLeft > 0, timeLeft < 1e9 else {
                    throw UsageError("--time-left is \(timeLeft), but must be a positive number of seconds")
                }
            }
            return RunDraining.Plan(grace: grace, timeLeft: timeLeft)
        }
    }

    fileprivate var journalSettings: JournalSettings? {
        get throws(UsageError) {
            guard let journal else {
                guard !journalFailures, !journalSync, journalLimit == nil, journalFiles == nil else {
                    let names = "--journal-failures, --journal-sync, --journal-limit and --journal-files"
                    throw UsageError("\(names) go with --journal")
                }
                return nil
            }
            guard !journal.isEmpty else { throw UsageError("--journal needs the name of a file") }
            var settings = JournalSettings(path: journal)
            settings.recordsFailures = journalFailures
            settings.survivesPowerLoss = journalSync
            settings.largestResult = try size(journalLimit, of: "--journal-limit")
            settings.filesAbove = try size(journalFiles, of: "--journal-files")
            return settings
        }
    }

    private func size(_ text: String?, of option: String) throws(UsageError) -> Int? {
        guard let text else { return nil }
        guard let size = ByteCount.parse(text) else {
            throw UsageError("\(option) is '\(text)', but must be a number of bytes, or one of K, M or G behind it")
        }
        return size
    }
}

/// The error of a command line that cannot be parsed, in one line.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ problem: String) {
        description = "\(problem); 'mpifutures --help' shows the usage"
    }
}

extension Request {
    /// - Parameter arguments: The arguments without the launcher's name.
    init(parsing arguments: [String]) throws(UsageError) {
        if arguments.first == JournalCommand.word {
            self = .journal(try JournalCommand(parsing: arguments.dropFirst()))
        } else if arguments.first == ReportCommand.word {
            self = .report(try ReportCommand(parsing: arguments.dropFirst()))
        } else if let bench = try BuiltInProgram(bench: arguments) {
            self = .runBuiltIn(bench)
        } else if let plugin = arguments.first, !plugin.isEmpty, !plugin.hasPrefix("-") {
            // Most command lines have no options, and then no rank needs the parser.
            self = .run(.path(plugin), arguments: Array(arguments.dropFirst()))
        } else if let end = ModuleOption.end(in: arguments) {
            // All words after the module belong to its program, even if they look like options.
            try self.init(parsing: Array(arguments[..<end]) + ["--"] + arguments[end...], nil)
        } else if let spec = try SpecOperand(in: arguments) {
            try self.init(parsing: Array(arguments[..<spec.position]), spec)
        } else {
            try self.init(parsing: arguments, nil)
        }
    }

    private init(parsing arguments: [String], _ spec: SpecOperand?) throws(UsageError) {
        let options: Options
        do {
            options = try Options.parse(arguments)
        } catch {
            if Options.exitCode(for: error) == .success {
                self = .printHelp(Help.text)
                return
            }
            throw UsageError(Self.problem(in: Options.message(for: error)))
        }
        if options.version {
            self = .printVersion
            return
        }
        if options.selfTest {
            guard options.rest.isEmpty, spec == nil else { throw UsageError("nothing can be run beside --self-test") }
            self = .runBuiltIn(.selfTest, try options.workerRequest)
            return
        }
        if let plugin = options.list {
            guard options.rest.isEmpty, spec == nil else { throw UsageError("nothing can be run beside --list") }
            self = .list(plugin: plugin, paths: options.path)
            return
        }
        if options.replay != nil, spec != nil {
            throw UsageError("--replay makes a saved call, and no others; leave the calls out")
        }
        if let spec, options.rest.isEmpty {
            self = .runSpec(
                SpecRequest(
                    source: spec.source,
                    arguments: spec.arguments.map { Array($0.utf8) },
                    paths: options.path,
                    isRaw: options.raw,
                    isUnordered: options.unordered,
                    output: try options.output.request(spec.source)
                ),
                try options.workerRequest
            )
            return
        }
        var rest = options.rest[...]
        if let first = rest.first, first != "-", first.hasPrefix("-") {
            if first == "--help" || first == "-h" {
                self = .printHelp(Help.text)
                return
            }
            // All words after `--` are operands, even if they look like options.
            guard first == "--" else {
                let remedy = OptionHint.remedy(for: first).map { "; \($0)" } ?? ""
                throw UsageError("unknown option '\(first)'\(remedy)")
            }
            rest.removeFirst()
        }
        if options.raw || options.unordered {
            throw UsageError("--raw and --unordered are for calls: they go with -c, -f or '-'")
        }
        if let option = options.output.given {
            throw UsageError("\(option) is for calls: it goes with -c, -f or '-'")
        }
        if let file = options.replay {
            let plugin = options.module.map { PluginReference.module($0, paths: options.path) }
            self = .replay(file: file, plugin ?? rest.popFirst().map { .path($0) }, arguments: Array(rest))
            return
        }
        if let module = options.module {
            self = .run(.module(module, paths: options.path), arguments: Array(rest), try options.workerRequest)
            return
        }
        guard let plugin = rest.popFirst() else { throw UsageError("no plugin is named") }
        guard !plugin.isEmpty else { throw UsageError("the plugin's name is empty") }
        if let bench = try BuiltInProgram(bench: [plugin] + rest) {
            self = .runBuiltIn(bench, try options.workerRequest)
            return
        }
        self = .run(.path(plugin), arguments: Array(rest), try options.workerRequest)
    }
}

extension Request {
    /// Converts a sentence of the argument parser into the beginning of a message of ours.
    private static func problem(in message: String) -> String {
        var line = message.prefix { $0 != "\n" }
        if line.last == "." { line.removeLast() }
        return line.prefix(1).lowercased() + line.dropFirst()
    }
}

/// The option that says which calls to run, and its operand.
private struct SpecOperand {
    let source: SpecRequest.Source
    /// The index of the option. All words before it are options too.
    let position: Int
    let arguments: [String]

    /// Finds the option. Returns nil if the arguments name a plugin, or nothing.
    init?(in arguments: [String]) throws(UsageError) {
        guard let position = Self.position(in: arguments) else { return nil }
        self.position = position
        let option = arguments[position]
        guard option != "-" else {
            source = .standardInput
            self.arguments = Array(arguments[(position + 1)...])
            return
        }
        guard arguments.count > position + 1 else {
            throw UsageError("\(option) needs \(option == "-c" ? "calls" : "the name of a file")")
        }
        let operand = arguments[position + 1]
        source = option == "-c" ? .text(Array(operand.utf8)) : operand == "-" ? .standardInput : .file(operand)
        self.arguments = Array(arguments[(position + 2)...])
    }

    /// Returns the index of the first `-c`, `-f` or `-` that is not behind the name of a plugin.
    private static func position(in arguments: [String]) -> Int? {
        var index = 0
        while index < arguments.count {
            switch arguments[index] {
            case "-c", "-f", "-": return index
            case let option where OptionWords.withValue.contains(option): index += 2
            case "--": return nil
            case let other:
                guard other.hasPrefix("-") else { return nil }
                index += 1
            }
        }
        return nil
    }
}
