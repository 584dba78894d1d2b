internal import CLinux
internal import Glibc
internal import MPIBinding
internal import Synchronization
package import Transport
internal import Wire
internal import Worker

/// Any other rank: serves tasks.
package struct WorkerProcess {
    let rank: Int
    let worldSize: Int
    let longestSleep: UInt64?

    /// - Parameters:
    ///   - rank: The rank, among master and workers.
    ///   - worldSize: The number of those.
    ///   - longestSleep: How long to sleep at most between two looks for messages; see `Settings`.
    package init(rank: Int, worldSize: Int, longestSleep: UInt64?) {
        self.rank = rank
        self.worldSize = worldSize
        self.longestSleep = longestSleep
    }

    private static let isServing = Atomic(false)

    /// Serves until the master says goodbye, and ends the process.
    ///
    /// - Parameter part: What there is to do then.
    package func run(_ assembly: Assembly, _ part: () -> Void = {}) throws -> Never {
        let transport = try MPIWorkerTransport(assembly, longestSleep: longestSleep)
        let identity = WorkerIdentity(
            rank: rank,
            worldSize: worldSize,
            host: HostName.current,
            processID: getpid()
        )
        CrashReport.install(rank: rank, worldSize: identity.worldSize, host: identity.host)
        WorkerSignals.install()
        WorkerRole.beginToServe()
        PrematureEnd.begin(usesMPI: true)
        PrematureEnd.needThread()
        Self.isServing.store(true, ordering: .relaxed)
        clinux_on_exit { status in WorkerProcess.exitWasCalled(Int(status)) }
        let loop = ServeLoop.swift(over: transport, identity)
        try MainThread.run { try loop.run() }
        Self.isServing.store(false, ordering: .relaxed)
        PrematureEnd.allow()
        part()
        Leaving.endWorker()
    }

    /// A task that calls `exit` ends the job: its worker would be missing for ever.
    private static func exitWasCalled(_ status: Int) {
        guard isServing.load(ordering: .relaxed) else { return }
        CrashReport.write("called exit(\(status))")
        Leaving.quit(status: status == 0 ? 1 : status)
    }
}
