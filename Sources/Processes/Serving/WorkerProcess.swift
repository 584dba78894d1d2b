internal import CLinux
internal import Glibc
package import Identities
internal import Launching
internal import Linux
package import MPIBinding
internal import Synchronization
internal import Transport
internal import Wire
internal import Worker

/// A worker process, which serves tasks.
package struct WorkerProcess {
    private let language: any CallLanguage
    private let settings: Settings
    private let place: WorkerPlace

    /// Makes the worker.
    ///
    /// - Parameter place: The worker's numbers.
    package init(_ language: any CallLanguage, _ settings: Settings, _ place: WorkerPlace) {
        self.language = language
        self.settings = settings
        self.place = place
    }

    private static let isServing = Atomic(false)

    /// Serves until the master says goodbye, and ends the process.
    ///
    /// - Parameters:
    ///   - joint: The intercommunicator to the master.
    ///   - disconnect: Runs after the goodbye.
    package func run(_ joint: Communicator, _ disconnect: () -> Void = {}) throws -> Never {
        let transport = try MPIWorkerTransport(joint, longestSleep: settings.longestSleep) { cause in
            // The end of this process ends its runner and its commands.
            LostMaster.leave(cause)
        }
        let identity = WorkerIdentity(
            transport.worker,
            of: transport.workerCount,
            host: HostName.current,
            processID: getpid()
        )
        CrashReport.install(rank: identity.rank, worldSize: identity.worldSize, host: identity.host)
        WorkerSignals.install()
        if Runtime.shared.areRanksIsolated {
            try ownRunner(transport)
            Leaving.endWorker()
        }
        Runtime.shared.takeForkedRunner()?.dismiss()
        WorkerRole.beginToServe()
        PrematureEnd.begin(usesMPI: true)
        PrematureEnd.needThread()
        Self.isServing.store(true, ordering: .relaxed)
        clinux_on_exit { status in WorkerProcess.exitWasCalled(Int(status)) }
        let loop = ServeLoop(transport: transport, language: language, identity: identity, place: place)
        try MainThread.run { try loop.run() }
        Self.isServing.store(false, ordering: .relaxed)
        PrematureEnd.allow()
        disconnect()
        Leaving.endWorker()
    }

    /// Has a runner serve in the place of this process.
    private func ownRunner(_ transport: MPIWorkerTransport) throws {
        let worker = transport.worker
        let launch = try Launch(WorkerOptions(), workerCount: transport.workerCount)
        var program = RunnerJob.Program(launch) { [place] _ in place }
        program.label = Runtime.shared.outputLabel()
        let job = try RunnerJob(program, Runtime.shared.takeForkedRunner())
        let owner = RunnerOwner(
            transport,
            worker,
            processes: job,
            startTimeout: settings.startTimeout,
            maxCalls: try Runtime.shared.maxCallsPerWorker,
            failure: language.failureOfLoss(workerCount: transport.workerCount)
        )
        job.setReport(owner.report)
        try owner.run()
    }

    /// Ends the job if a task calls `exit`, because its worker would be missing.
    private static func exitWasCalled(_ status: Int) {
        guard isServing.load(ordering: .relaxed) else { return }
        CrashReport.write("called exit(\(status))")
        Leaving.quit(status: status == 0 ? 1 : status)
    }
}
