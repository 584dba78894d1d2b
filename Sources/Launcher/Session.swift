internal import Glibc
internal import Identities
internal import Launching
internal import Linux
internal import MPIBinding
internal import MPIFutures
internal import PluginForms
internal import PluginLoading
internal import Processes
internal import Transport

/// Runs a plugin or calls, from the start of MPI to the end of the process.
struct Session {
    /// The work of a session.
    enum Job {
        /// A plugin. The name is the one that the program finds as its own; nil stands for the path of the plugin.
        case plugin(PluginReference, name: String? = nil, arguments: [String])
        case spec(SpecRequest)
        /// A saved call, and the plugin that has its callable.
        case replay(file: String, PluginReference?, arguments: [String])
        case builtIn(BuiltInProgram)
        /// A command line or an environment that cannot be used.
        case refused(UsageError)
    }

    let job: Job
    /// The workers that this session starts. Nil if they exist already, or if each executor starts its own.
    let ownWorkers: OwnWorkers?
    let settings: Settings
    /// How another launcher started this job, in which all ranks are workers; nil in a master's job.
    private let invocation: WorkerInvocation?

    init(_ job: Job, _ workers: WorkerRequest, _ settings: Settings) {
        self.job = job
        ownWorkers = workers.own
        if let isolation = workers.isolation { Runtime.shared.setIsolation(isolation) }
        if let limit = workers.timeLimit { Runtime.shared.setTimeLimit(.seconds(limit)) }
        if case .spec(let calls) = job {
            Runtime.shared.runsCalls = true
            if calls.output.isLineBuffered { LineWriter.request(tagged: calls.output.hasTags) }
        }
        if let count = workers.maxCallsPerWorker { Runtime.shared.setMaxCallsPerWorker(count) }
        if let bytes = workers.memoryLimit { Runtime.shared.setMemoryLimit(bytes) }
        if workers.labelsOutput { Runtime.shared.labelOutput() }
        if workers.isSummaryWanted { RunSummary.request() }
        Runtime.shared.setTemplates(workers.templates)
        if let directory = workers.failedCalls { Runtime.shared.setFailedCalls(directory: directory) }
        if let rules = workers.retries { Runtime.shared.setRetries(rules) }
        if let heartbeat = workers.heartbeat { Runtime.shared.setHeartbeat(heartbeat) }
        if let style = workers.progress { ProgressDisplay.use(style) }
        TraceOption.take(trace: workers.trace ?? settings.trace, report: workers.report)
        JournalOption.take(workers.journal ?? settings.journal)
        RunDraining.take(workers.draining, grace: settings.grace)
        self.settings = settings
        invocation = WorkerInvocation.take()
    }

    func run() -> Never {
        if case .replay(let file, let plugin, _) = job { replay(file, hasPlugin: plugin != nil) }
        if case .runner(let place, let library) = invocation { runAsRunner(place, library) }
        guard ProcessManager.isPresent || invocation != nil else { runAlone() }
        forkRunner()
        do {
            MPI.preferLibraries(neededMPILibraries)
            let rank = try JobRank(invocation, .success(settings))
            if rank.isMaster { warnOfThreadLevel() }
            if rank.isAlone {
                ProcessManager.refuseForeignStarter(worldSize: rank.size)
                runAlone()
            }
            try runInJob(rank)
        } catch {
            JobRank.abandon("\(error)")
        }
    }

    /// Forks a runner for this rank, if it may own one.
    private func forkRunner() {
        guard invocation == nil else { return }
        if case .refused = job { return }
        Runtime.shared.forkRunner(settings) { runAsRunner($0.place, $0.library, ($0.memory, $0.bell)) }
    }

    /// Serves as a runner, a worker process without MPI.
    ///
    /// - Parameters:
    ///   - place: The worker's numbers.
    ///   - library: The library that the master has unpacked or compiled; empty if there is none.
    ///   - shared: The descriptors of the memory that the runner shares with its master.
    private func runAsRunner(
        _ place: WorkerPlace,
        _ library: String,
        _ shared: (memory: CInt, bell: CInt) = (RunnerDescriptors.memory, RunnerDescriptors.bell)
    ) -> Never {
        Runtime.shared.beginAsWorker()
        do {
            Runtime.shared.applyTemplates(at: place, settings)
            let program = try library.isEmpty ? loadAlone(isMaster: false) : load(made: library)
            program.showArguments()
            try RunnerWorker.serve(place, memory: shared.memory, bell: shared.bell, SwiftLanguage())
        } catch let failure as LoadFailure {
            failure.report()
            exit(2)
        } catch {
            Log.error("\(error)")
            exit(1)
        }
    }

    /// Makes a saved call again, in this process alone.
    private func replay(_ file: String, hasPlugin: Bool) -> Never {
        Runtime.shared.beginAsWorker(keepsInput: true)
        do {
            guard hasPlugin else { try CallReplay.run(file, build: nil, SwiftLanguage()) }
            let program = try loadAlone(isMaster: false)
            program.showArguments()
            try CallReplay.run(file, build: program.identity, SwiftLanguage())
        } catch let failure as LoadFailure {
            failure.report()
        } catch {
            Log.error("\(error)")
        }
        exit(2)
    }

    /// Loads a plugin whose library the master has unpacked or compiled.
    private func load(made library: String) throws(LoadFailure) -> Program {
        let found = findPlugin()
        if let missing = reference?.missing(found) { return try load(StagedPlugin(missing, library: library)) }
        guard let form = try found.mapError({ LoadFailure($0) }).get() else { return try loadCalls(isMaster: false) }
        return try load(StagedPlugin(form, library: library))
    }

    /// Runs in a job of one process, or without a job. The session or each executor starts the workers.
    private func runAlone() -> Never {
        do throws(LoadFailure) {
            let program = try loadAlone()
            Leaving.policy = settings.finalizePolicy(isJobOnManyHosts: false)
            CrashReport.install(rank: 0, worldSize: 1, host: HostName.current)
            if let ownWorkers { try startWorkers(ownWorkers) } else { Runtime.shared.launcherRunsAlone() }
            Master(program: program).runProgram()
        } catch {
            error.report()
            LauncherExit.removeTemporary()
            Leaving.leaveMPI(status: 2)
            exit(2)
        }
    }

    /// Checks what can be checked before anything is loaded.
    private func checkCommand(worldSize: Int) throws(LoadFailure) {
        if case .refused(let error) = job { throw LoadFailure(error) }
        guard worldSize > 1, ownWorkers != nil, invocation == nil else { return }
        let count = worldSize - 1
        throw LoadFailure(
            UsageError(
                "--workers and --spawn start workers, but mpiexec has started \(count) already; leave one of them out"
            )
        )
    }

    private func startWorkers(_ workers: OwnWorkers) throws(LoadFailure) {
        do { try Runtime.shared.shareProcesses(workers.count, SwiftLanguage()) } catch { throw LoadFailure(error) }
    }

    private func runInJob(_ rank: JobRank) throws -> Never {
        if !rank.isMaster { Runtime.shared.beginAsWorker() }
        // All ranks load the plugin at once, so that a large one costs its time once.
        let found = findPlugin()
        let form = Result { () throws(LoadFailure) in
            // A rank that fails must not end here, because all ranks meet in the roll call.
            try checkCommand(worldSize: rank.size)
            return try found.mapError { LoadFailure($0) }.get()
        }
        var loaded = form.flatMap { form in
            Result { () throws(LoadFailure) in try load(inPlace: form, isMaster: rank.isMaster) }
        }
        // Rank 0 may have the plugin that this host lacks.
        let missing = rank.rank.number > 0 ? reference?.missing(found) : nil
        let own = missing ?? (try? form.get()) ?? nil
        let need = missing == nil ? own?.need : .fetching
        let report = missing == nil ? loaded.map { $0?.identity ?? "" } : .success(reference?.identity ?? "")
        var rollCall = try rank.holdRollCall(report, need: need?.rawValue ?? 0)
        if rollCall.mayBegin, rollCall.hasNeeds {
            let plan = try Staging.Plan.share(rollCall.reports, plugin: reference?.identity)
            if let staged = try Staging(rank: rank.rank.number, plan: plan, form: own).perform() {
                loaded = staged.mapError { LoadFailure($0) }.flatMap { staged in
                    Result { () throws(LoadFailure) in try load(staged) }
                }
            }
            rollCall = try rank.holdRollCall(loaded.map { $0?.identity ?? "" })
        }
        guard rollCall.mayBegin, case .success(let program?) = loaded else {
            LauncherExit.removeTemporary()
            if case .failure(let failure) = loaded { rank.leave(rollCall) { failure.report() } }
            rank.leave(rollCall)
        }
        if !rank.isMaster { program.showArguments() }
        try rank.play(SwiftLanguage()) { joint, settings in try Master(program: program).run(joint, settings) }
    }

    /// The file names of the MPI libraries that the plugin is linked with. They are asked for before MPI starts, and the
    /// plugin is loaded later.
    private var neededMPILibraries: [String] {
        guard let form = (try? pluginForm()) ?? nil, let staged = StagedPlugin(inPlace: form) else { return [] }
        return (try? ELFDependencies(path: staged.library))?.ofMPI ?? []
    }

    /// Checks that the plugin has brought no MPI library other than that of the job.
    private func checkLibraries() throws(LoadFailure) {
        guard let other = MPI.otherLibraryFile, let own = MPI.libraryFile else { return }
        throw LoadFailure(
            UsageError(
                "the plugin is linked with the MPI library \(other), but this job runs on \(own); compile the plugin "
                    + "with the mpicc of the job's library, or start it by the mpiexec of its own"
            )
        )
    }

    /// Returns the form of the plugin on disk, or nil if the session runs calls or a program of the launcher.
    private func pluginForm() throws(LoadFailure) -> PluginForm? {
        try findPlugin().mapError { LoadFailure($0) }.get()
    }

    /// Looks for the plugin that the command line names, if it names one.
    private func findPlugin() -> Result<PluginForm?, PluginError> {
        Result { () throws(PluginError) in try reference?.form() }
    }

    /// The plugin that the command line names, if it names one.
    private var reference: PluginReference? {
        switch job {
        case .plugin(let plugin, _, _), .replay(_, let plugin?, _): plugin
        default: nil
        }
    }

    private func loadAlone(isMaster: Bool = true) throws(LoadFailure) -> Program {
        try checkCommand(worldSize: 1)
        guard let form = try pluginForm() else { return try loadCalls(isMaster: isMaster) }
        let staged: StagedPlugin
        do { staged = try StagedPlugin(alone: form) } catch { throw LoadFailure(error) }
        return try load(staged)
    }

    /// Loads the plugin, or the libraries of the calls. Returns nil if the plugin must be unpacked or compiled first.
    private func load(inPlace form: PluginForm?, isMaster: Bool) throws(LoadFailure) -> Program? {
        guard let form else { return try loadCalls(isMaster: isMaster) }
        guard let staged = StagedPlugin(inPlace: form) else { return nil }
        return try load(staged)
    }

    /// Loads the libraries that the calls need. A program of the launcher needs none.
    private func loadCalls(isMaster: Bool) throws(LoadFailure) -> Program {
        if case .builtIn(let program) = job { return .builtIn(program) }
        guard case .spec(let request) = job else { preconditionFailure("there are no calls beside a plugin") }
        do { return .spec(try SpecProgram(request, isMaster: isMaster)) } catch { throw LoadFailure(error) }
    }

    /// Loads the plugin, which must have a main function.
    private func load(_ staged: StagedPlugin) throws(LoadFailure) -> Program {
        var name: String?
        let arguments: [String]
        switch job {
        case .plugin(_, let given, let words): (name, arguments) = (given, words)
        case .replay(_, _, let words): arguments = words
        default: preconditionFailure("there is no plugin in a spec")
        }
        var plugin = LaunchedPlugin(
            name: name ?? staged.name,
            path: Installation.absolute(staged.name),
            arguments: arguments
        )
        if staged.isMade { plugin.stagedLibrary = Installation.absolute(staged.library) }
        Runtime.shared.launchedPlugin = plugin
        let library: Plugin
        do { library = try staged.load() } catch { throw LoadFailure(error) }
        try checkLibraries()
        Runtime.shared.launchedPlugin?.build = "\(library.identity)"
        return .plugin(library, arguments: [plugin.name] + arguments)
    }

    private func warnOfThreadLevel() {
        guard let level = MPI.threadLevel, level < .serialized else { return }
        Log.warning("MPI provides only \(level), and the pool's thread calls MPI; do not call MPI in the program")
    }
}
