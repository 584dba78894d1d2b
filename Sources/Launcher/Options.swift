internal import ArgumentParser

/// The launcher's command line: options of its own, then the plugin, then what belongs to the plugin's program.
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

    @Flag(name: .long, help: "Write results of calls as bytes.")
    var raw = false

    @Flag(name: .long, help: "Write results of calls as they come.")
    var unordered = false

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

/// What the command line asks for.
enum Request: Equatable {
    case printHelp(String)
    case printVersion
    case run(PluginReference, arguments: [String], OwnWorkers? = nil)
    case runSpec(SpecRequest, OwnWorkers? = nil)
    case list(plugin: String, paths: [String])
}

/// Workers that the launcher starts by itself, as a program without it would.
struct OwnWorkers: Equatable {
    /// Nil for the number that an executor would start.
    var count: Int?
}

extension Options {
    fileprivate var ownWorkers: OwnWorkers? {
        get throws(UsageError) {
            if let workers, workers < 1 { throw UsageError("--workers is \(workers), and has to be 1 at least") }
            return workers != nil || spawn ? OwnWorkers(count: workers) : nil
        }
    }
}

/// A command line that cannot be understood; one line.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ problem: String) {
        description = "\(problem); 'mpifutures --help' shows the usage"
    }
}

extension Request {
    /// - Parameter arguments: without the name of the launcher.
    init(parsing arguments: [String]) throws(UsageError) {
        if let plugin = arguments.first, !plugin.isEmpty, !plugin.hasPrefix("-") {
            // No options, as most often: every rank spares itself the parser.
            self = .run(.path(plugin), arguments: Array(arguments.dropFirst()))
        } else if let end = ModuleOption.end(in: arguments) {
            // What follows the module belongs to its program, whatever it looks like.
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
        if let plugin = options.list {
            guard options.rest.isEmpty, spec == nil else { throw UsageError("nothing can be run beside --list") }
            self = .list(plugin: plugin, paths: options.path)
            return
        }
        if let spec, options.rest.isEmpty {
            self = .runSpec(
                SpecRequest(
                    source: spec.source,
                    arguments: spec.arguments.map { Array($0.utf8) },
                    paths: options.path,
                    isRaw: options.raw,
                    isUnordered: options.unordered
                ),
                try options.ownWorkers
            )
            return
        }
        var rest = options.rest[...]
        if let first = rest.first, first != "-", first.hasPrefix("-") {
            if first == "--help" || first == "-h" {
                self = .printHelp(Help.text)
                return
            }
            // Everything after it is an operand, whatever it looks like.
            guard first == "--" else { throw UsageError("unknown option '\(first)'") }
            rest.removeFirst()
        }
        if options.raw || options.unordered {
            throw UsageError("--raw and --unordered are for calls: they go with -c, -f or '-'")
        }
        if let module = options.module {
            self = .run(.module(module, paths: options.path), arguments: Array(rest), try options.ownWorkers)
            return
        }
        guard let plugin = rest.popFirst() else { throw UsageError("no plugin is named") }
        guard !plugin.isEmpty else { throw UsageError("the plugin's name is empty") }
        self = .run(.path(plugin), arguments: Array(rest), try options.ownWorkers)
    }
}

extension Request {
    /// A sentence of the argument parser's as the beginning of one of ours.
    private static func problem(in message: String) -> String {
        var line = message.prefix { $0 != "\n" }
        if line.last == "." { line.removeLast() }
        return line.prefix(1).lowercased() + line.dropFirst()
    }
}

/// The option that says which calls to run, and what stands behind it.
private struct SpecOperand {
    let source: SpecRequest.Source
    /// Where the option stands; what stands before it are options too.
    let position: Int
    let arguments: [String]

    /// Nil if the arguments name a plugin, or nothing.
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

    /// The place of the first `-c`, `-f` or `-` that no plugin's name stands before.
    private static func position(in arguments: [String]) -> Int? {
        var index = 0
        while index < arguments.count {
            switch arguments[index] {
            case "-c", "-f", "-": return index
            case "--path", "--list", "--workers": index += 2
            case "--": return nil
            case let other:
                guard other.hasPrefix("-") else { return nil }
                index += 1
            }
        }
        return nil
    }
}
