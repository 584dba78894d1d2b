internal import CLinux
internal import Glibc
package import Identities
internal import Launching
internal import Linux
internal import Synchronization
internal import Transport
internal import Wire
internal import Worker

/// A worker that is a runner: a process that knows no MPI, and whose end costs one call.
package enum RunnerWorker {
    private static let isServing = Atomic(false)

    /// Whether this process is a runner.
    package static var isCurrent: Bool { isServing.load(ordering: .relaxed) }

    /// Serves until the master says goodbye, and ends the process.
    ///
    /// No handler reports crashes and `exit`: the master sees the end of the process, and knows the call.
    ///
    /// - Parameters:
    ///   - place: The worker's numbers.
    ///   - memory: The descriptor of the memory that the runner shares with its master.
    ///   - bell: The descriptor of the memory of the master's doorbell.
    package static func serve(
        _ place: WorkerPlace,
        memory: CInt = RunnerDescriptors.memory,
        bell: CInt = RunnerDescriptors.bell,
        _ language: any CallLanguage
    ) throws -> Never {
        let transport = try RunnerWorkerTransport(memory: memory, bell: bell)
        StandardStreams.bufferByLines()
        StandardStreams.keepLastOutput()
        OutOfMemory.volunteer()
        WorkerRole.beginToServe()
        WorkerSignals.ignoreNotices(isEndedByMaster: true)
        isServing.store(true, ordering: .relaxed)
        let worker = WorkerID(place.number)
        let identity = WorkerIdentity(worker, of: place.count, host: HostName.current, processID: getpid())
        let loop = ServeLoop(transport: transport, language: language, identity: identity, place: place)
        try MainThread.run(usesMPI: false) { try loop.run() }
        clinux_flush_stdout()
        exit(0)
    }
}
