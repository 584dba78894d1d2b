internal import Glibc
package import Identities
package import Launching
internal import Linux
package import MPIBinding
internal import Transport

/// A rank of a job, from the start of MPI to the part that it plays: master, relay or worker.
///
/// The launcher and a program of its own bring a rank up by the same steps: the initializer, `holdRollCall`, and then
/// `play` or `leave`. They differ in what they load. A program of its own is loaded before the first step. The launcher
/// loads its plugin between the first step and the second, so that a large plugin costs its time once, and all ranks
/// hear which of them failed.
package struct JobRank {
    /// How a program has started this job of workers; nil in the job of a launcher's master.
    private let invocation: WorkerInvocation?
    package let rank: Rank
    /// The number of ranks.
    package let size: Int
    /// The numbers of this rank as a worker; nil in the master and in a relay.
    private let place: WorkerPlace?

    private let settings: Settings
    /// Why the environment cannot be used. All ranks meet in the roll call in spite of it.
    private let settingsError: SettingsError?
    /// The connection to the program that has started this job by `mpiexec`, on rank 0.
    private let relay: RelayProcess?
    /// The connection to the program that has spawned this process.
    private let spawned: SpawnedWorker?

    /// Starts MPI, and connects to the program that has started this job, if one has.
    ///
    /// The connection comes first of all, so that the program hears of a job that is not the one it has asked for, and
    /// so that all that follows sees the variables that the program has for its workers.
    package init(_ invocation: WorkerInvocation?, _ settings: Result<Settings, SettingsError>) throws {
        self.invocation = invocation
        ManagerWatch.begin()
        if let invocation { RelayProcess.bind(invocation) }
        try MPI.initialize(requesting: settings.orDefault.threadLevel)
        StandardStreams.bufferByLines()
        rank = Rank(try Communicator.world.rank)
        size = try Communicator.world.size
        spawned = invocation == .spawned ? try SpawnedWorker() : nil
        // A spawned process may have got its variables just now.
        let settings = spawned == nil ? settings : .fromEnvironment
        self.settings = settings.orDefault
        settingsError = settings.error
        relay = rank == 0 ? try invocation.flatMap { try RelayProcess($0, settings.orDefault) } : nil
        let places = try RankPlaces(of: .world, master: invocation == .spawned ? nil : 0)
        place = places.own
        let hasIntelBound = Environment.isSet("I_MPI_PIN_INFO")
        let warning = places.reports.flatMap { RankPlaces.warning($0, hasIntelBound: hasIntelBound) }
        if let warning { Log.warning(warning) }
        // Before the program is loaded, as far as this process loads one.
        if let place { Runtime.shared.applyTemplates(at: place, self.settings) }
    }

    /// Whether this rank runs the program. A job of workers has no such rank.
    package var isMaster: Bool { rank == 0 && invocation == nil }

    /// Whether this process has neither workers nor a master among the ranks.
    package var isAlone: Bool { size == 1 && invocation == nil }

    /// Takes part in the roll call. Collective.
    ///
    /// - Parameters:
    ///   - loaded: The build of what this rank has loaded, which must be the same on all ranks.
    ///   - need: What this rank needs before it can load anything; 0 if it needs nothing.
    package func holdRollCall(_ loaded: Result<String, some Error>, need: UInt8 = 0) throws -> RollCall {
        let loaded = settingsError.map { .failure($0) } ?? loaded.mapError { $0 as any Error }
        let usesMPI = invocation == nil && need == 0 && Runtime.shared.mayUseMPI(settings)
        let rollCall = try RollCall.hold(loaded, need: need, usesMPI: usesMPI, settings)
        Leaving.policy = rollCall.policy
        Runtime.shared.isJobOnManyHosts = rollCall.isOnManyHosts
        // The workers of a program's own are isolated by the program, if at all.
        Runtime.shared.areRanksIsolated = rollCall.isIsolated && invocation == nil
        return rollCall
    }

    /// Plays this rank's part to the end of the process.
    ///
    /// - Parameters:
    ///   - language: The language of the calls.
    ///   - runMaster: Runs the program on the master, with the intercommunicator to its workers. A job of workers needs
    ///     none.
    package func play(
        _ language: any CallLanguage,
        runMaster: ((Communicator, Settings) throws -> Never)? = nil
    ) throws -> Never {
        let worker = WorkerProcess(language, settings, place ?? WorkerPlace(0, of: 1))
        if let spawned { try worker.run(spawned.joint, spawned.disconnect) }
        Runtime.shared.reserveWorld()
        let groups = try MasterWorkerGroups(dividing: .world, master: 0)
        if let relay { try relay.run(groups.joint) }
        if groups.isMaster, let runMaster { try runMaster(groups.joint, settings) }
        Runtime.shared.setWorkers(groups.local)
        try worker.run(groups.joint)
    }

    /// Ends this rank of a job that cannot begin. Only rank 0 reports why.
    ///
    /// - Parameter report: Reports a failure of rank 0 itself in another form than the roll call would.
    package func leave(_ rollCall: RollCall, report: (() -> Void)? = nil) -> Never {
        guard let complaint = rollCall.complaint else { Leaving.endWorker() }
        if let report, settingsError == nil { report() } else { Log.error(complaint.message) }
        // The program that has spawned this process waits for it.
        if spawned != nil { Leaving.quit(status: complaint.status) }
        Leaving.leaveMPI(status: complaint.status)
        exit(CInt(complaint.status))
    }

    /// Ends a job in which this process cannot play its part, and names the process.
    package static func abandon(_ reason: String) -> Never {
        let rank = ProcessManager.rank
        let place = rank.map { "rank \($0) on \(HostName.current): " } ?? ""
        // If all ranks have the same problem, one message is enough. The lowest rank writes first and ends the job.
        if let rank, MPI.phase == .uninitialized { usleep(UInt32(min(rank, 30)) * 100_000) }
        Log.error("\(place)\(reason)")
        // Others may wait for this process to start MPI.
        if MPI.phase == .uninitialized {
            StandardStreams.drain()
            MPI.killJob(status: 1)
        }
        Leaving.quit(status: 1)
    }
}

extension Result<Settings, SettingsError> {
    /// What the environment says, or why it cannot be used.
    static var fromEnvironment: Self {
        Result { () throws(SettingsError) in try Settings.fromEnvironment() }
    }

    fileprivate var orDefault: Settings { (try? get()) ?? Settings() }

    fileprivate var error: SettingsError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
