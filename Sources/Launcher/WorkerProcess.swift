internal import CLinux
internal import Glibc
internal import MPIBinding
internal import MPIFutures
internal import Synchronization
internal import Transport
internal import Wire
internal import Worker

/// Any other rank: serves tasks.
struct WorkerProcess {
    let rank: Int

    private static let isServing = Atomic(false)

    func run(_ assembly: Assembly) throws -> Never {
        let transport = try MPIWorkerTransport(assembly)
        let identity = WorkerIdentity(
            rank: rank,
            worldSize: try Communicator.world.size,
            host: HostName.current,
            processID: getpid()
        )
        CrashReport.install(rank: rank, worldSize: identity.worldSize, host: identity.host)
        WorkerSignals.install()
        Self.isServing.store(true, ordering: .relaxed)
        on_exit({ status, _ in WorkerProcess.exitWasCalled(Int(status)) }, nil)
        try ServeLoop.swift(over: transport, identity).run()
        Self.isServing.store(false, ordering: .relaxed)
        Ending.endWorker()
    }

    /// A task that calls `exit` ends the job: its worker would be missing for ever.
    private static func exitWasCalled(_ status: Int) {
        guard isServing.load(ordering: .relaxed) else { return }
        CrashReport.write("called exit(\(status))")
        Ending.quit(status: status == 0 ? 1 : status)
    }
}
