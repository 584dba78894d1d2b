internal import Launching
internal import Linux

/// The program of worker processes, and how they are started.
package struct WorkerOptions: Sendable {
    /// The program of the workers.
    package enum Program: Sendable {
        /// The program of this process. Nil stands for the arguments of this process.
        case same(arguments: [String]?)
        /// Another program, which must serve. A name without a slash is looked up in `PATH`.
        case other(executable: String, arguments: [String])
        /// The launcher, which does not load this process's program.
        case launcher(arguments: [String])
    }

    package var program = Program.same(arguments: nil)
    /// Variables that are added to the environment of this process.
    package var environment: [String: String] = [:]
    /// Variables that each worker gets with its own numbers in them, in addition to those of the launcher or the
    /// environment.
    package var templates: [String: String] = [:]
    /// Directories in which workers look for modules before those of `MPIFUTURES_PATH`.
    package var path: [String] = []
    /// The workers' directory; nil for that of this process.
    package var workingDirectory: String?
    /// The keys and values for MPI.
    package var mpiInfo: [String: String] = [:]
    /// The longest sleep of a waiting worker between two polls for messages, on every host; nil for the default.
    package var backoff: Duration?
    /// The heartbeat between hosts; nil for that of the environment.
    package var heartbeat: HeartbeatChoice?
    /// How many times lost workers are started again.
    package var restarts = 0
    /// How many calls each process makes at most before another one takes its place; nil for any number.
    package var maxCalls: Int?
    /// Whether each line that a worker writes has a label.
    package var labelsOutput = false
    /// Whether calls run in processes that know no MPI, so that a call that ends its process costs only itself.
    package var isolation = Isolation.automatic
    /// Whether another option has an effect only on isolated workers.
    package var needsIsolation = false

    package init() {}

    /// Checks the ranges of the values.
    ///
    /// - Throws: `StartRefusal` for a value that no worker could use.
    func check() throws(StartRefusal) {
        guard restarts >= 0 else {
            throw StartRefusal(.invalidArgument, "restarts is \(restarts), but must be at least 0")
        }
        if let maxCalls, maxCalls < 1 {
            throw StartRefusal(.invalidArgument, "maxCallsPerWorker is \(maxCalls), but must be at least 1")
        }
        if let heartbeat, !heartbeat.isUsable {
            throw StartRefusal(.invalidArgument, "heartbeat is \(heartbeat.text), but \(HeartbeatChoice.grammar)")
        }
        if let backoff, backoff < .zero {
            throw StartRefusal(.invalidArgument, "backoff is \(backoff), but must be at least 0")
        }
    }
}

extension WorkerOptions {
    fileprivate var parsedTemplates: WorkerTemplates {
        get throws(StartRefusal) {
            do { return try WorkerTemplates(templates) } catch {
                throw StartRefusal(.invalidArgument, "workerEnvironment \(error.problem)")
            }
        }
    }
}

extension Launch {
    /// Makes the launch for a pool with these options.
    ///
    /// - Throws: `StartRefusal` or `SettingsError` for templates that cannot be expanded.
    init(_ options: WorkerOptions, workerCount: Int) throws {
        switch options.program {
        case .same(let arguments):
            self.init(executable: OwnCommandLine.executable, workerCount: workerCount)
            self.arguments =
                Runtime.shared.launchedPlugin?.commandLine(arguments)
                ?? arguments ?? Array(OwnCommandLine.arguments.dropFirst())
        case .other(let executable, let arguments):
            self.init(executable: executable, workerCount: workerCount)
            self.arguments = arguments
        case .launcher(let arguments):
            self.init(executable: LauncherProgram.path, workerCount: workerCount)
            self.arguments = [LauncherProgram.serveOption] + arguments
        }
        environment = options.environment
        templates = try Runtime.shared.templates.merging(options.parsedTemplates)
        if let backoff = options.backoff { environment["MPIFUTURES_BACKOFF"] = "\(backoff / .seconds(1))" }
        if let heartbeat = options.heartbeat { environment[HeartbeatChoice.variable] = heartbeat.text }
        // The commands that calls start are runs of their own.
        for name in ["MPIFUTURES_JOURNAL", "MPIFUTURES_TRACE"] where Environment.nonEmpty(name) != nil {
            environment[name] = ""
        }
        path = options.path
        workingDirectory = options.workingDirectory
        info = options.mpiInfo
    }
}
