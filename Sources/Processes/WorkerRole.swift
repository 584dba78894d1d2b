internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding
internal import Synchronization
internal import Transport
internal import Worker

/// What a program's process is when an executor has started it: a worker, which serves in place of running the program.
package enum WorkerRole {
    private enum Phase: Int {
        /// The process runs its program, as far as is known.
        case program
        /// The process loads its program, to serve it.
        case loading
        case serving
    }

    private static let isKnown = Atomic(false)
    private static let phase = Atomic(Phase.program.rawValue)

    /// Whether the program has called `serveIfWorker()`, so that it would serve if it were started as a worker.
    static var hasServeEntryPoint: Bool { isKnown.load(ordering: .acquiring) }

    /// This process is a worker; until it serves, it has nothing to do but to load its program.
    static func begin() {
        phase.store(Phase.loading.rawValue, ordering: .releasing)
        StandardStreams.endInput()
    }

    /// The program is loaded.
    static func beginToServe() {
        phase.store(Phase.serving.rawValue, ordering: .releasing)
        StandardStreams.endInput()
    }

    /// Sees to it that workers do not start workers, which would do the same.
    ///
    /// - Throws: `StartRefusal` in a worker that serves; one that does not is ended.
    package static func checkMayHaveWorkers() throws {
        let instead = "use a ThreadPoolExecutor"
        guard TaskScope.current == nil else {
            throw StartRefusal(
                .notAllowed,
                "a task cannot make an executor of processes: its worker has no workers of its own; \(instead)"
            )
        }
        switch Phase(rawValue: phase.load(ordering: .acquiring)) {
        case .loading:
            abandon(
                "a worker loads its program, which makes an executor outside of its main function; "
                    + "that would start workers that start workers"
            )
        case .serving:
            throw StartRefusal(.notAllowed, "a worker cannot make an executor of processes; \(instead)")
        default: break
        }
        if WorkerInvocation.isSet {
            abandon(
                "this process was started to be a worker, and its program makes an executor in place of serving; "
                    + "call MPIPoolExecutor.serveIfWorker() (in C: mpifutures_serve_if_worker()) first of all in main"
            )
        }
    }

    /// Ends the job of a worker that nothing can become of.
    private static func abandon(_ reason: String) -> Never {
        let rank = ProcessManager.rank.map { "rank \($0) on \(HostName.current): " } ?? ""
        Log.error("\(rank)\(reason)")
        // Others may wait for this process to start MPI.
        if MPI.phase == .uninitialized {
            StandardStreams.drain()
            MPI.killJob(status: 1)
        }
        Leaving.quit(status: 1)
    }

    /// Serves to the end of the process if it was started as a worker; else does nothing.
    ///
    /// - Parameter language: The language of the calls.
    package static func take(_ language: any CallLanguage) {
        isKnown.store(true, ordering: .releasing)
        guard WorkerInvocation.isSet else { return }
        beginToServe()
        guard let invocation = WorkerInvocation.take() else {
            abandon("\(WorkerInvocation.variable) in the environment is nothing that this version knows")
        }
        do {
            try serve(invocation, language)
        } catch {
            abandon("\(error)")
        }
    }

    private static func serve(_ invocation: WorkerInvocation, _ language: any CallLanguage) throws -> Never {
        ManagerWatch.begin()
        RelayProcess.bind(invocation)
        // Of no use to one process alone: all meet in the survey, whatever each of them has to say.
        let (settings, problem) = settingsOrProblem()
        try MPI.initialize(requesting: settings.threadLevel)
        StandardStreams.bufferByLines()
        let world = Communicator.world
        let rank = try world.rank
        if invocation == .spawned {
            let worker = try SpawnedWorker()
            // Its variables come with the meeting.
            let (settings, problem) = settingsOrProblem()
            Leaving.policy = settings.finalizePolicy(isJobOnManyHosts: try survey(world, problem))
            try WorkerProcess(language, longestSleep: settings.longestSleep).run(worker.joint, worker.disconnect)
        }
        // First of all, so that the program hears of a job that is not the one it has asked for.
        let relay = rank == 0 ? try RelayProcess(invocation, settings) : nil
        Leaving.policy = settings.finalizePolicy(isJobOnManyHosts: try survey(world, problem))
        Runtime.shared.reserveWorld()
        let groups = try MasterWorkerGroups(dividing: world, master: 0)
        if let relay { try relay.run(groups.joint) }
        Runtime.shared.setWorkers(groups.local)
        try WorkerProcess(language, longestSleep: settings.longestSleep).run(groups.joint)
    }

    private static func settingsOrProblem() -> (Settings, String?) {
        do { return (try Settings.fromEnvironment(), nil) } catch { return (Settings(), "\(error)") }
    }

    /// Returns whether the processes are on different hosts. Collective, and a hand-shake of all.
    ///
    /// - Parameter problem: What keeps this process from serving. The first process that has one ends the job with it.
    private static func survey(_ communicator: Communicator, _ problem: String?) throws -> Bool {
        let hash = HostName.current.utf8.reduce(into: UInt64(14_695_981_039_346_656_037)) { hash, byte in
            hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
        let number = Int64(bitPattern: hash >> 1)
        let rank = Int64(try communicator.rank)
        let least = try communicator.allReduceMinimum([number, -number, problem == nil ? .max : rank])
        if let problem, least[2] == rank { abandon(problem) }
        // Until that one has ended the job, with what it says.
        if least[2] != .max { while true { sleep(1) } }
        return least[0] != -least[1]
    }
}
