internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding
internal import Synchronization
internal import Transport
internal import Worker

/// The role of a process that an executor has started: a worker, which serves instead of running its program.
package enum WorkerRole {
    private enum Phase: Int {
        /// The process runs its program, unless it turns out to be a worker.
        case program
        /// The process loads the program that it will serve.
        case loading
        case serving
    }

    private static let isKnown = Atomic(false)
    private static let phase = Atomic(Phase.program.rawValue)

    /// Whether the program has called `serveIfWorker()`, so that it would serve if it were started as a worker.
    static var hasServeEntryPoint: Bool { isKnown.load(ordering: .acquiring) }

    /// Whether this process is a worker.
    static var isWorker: Bool {
        Phase(rawValue: phase.load(ordering: .acquiring)) != .program || WorkerInvocation.isSet
    }

    /// Declares that this process is a worker that is about to load its program.
    ///
    /// - Parameter keepsInput: Whether the process keeps its standard input. Workers have none.
    static func begin(keepsInput: Bool = false) {
        phase.store(Phase.loading.rawValue, ordering: .releasing)
        if !keepsInput { StandardStreams.endInput() }
    }

    /// Declares that the program is loaded and the worker serves.
    ///
    /// - Parameter keepsInput: Whether the process keeps its standard input. Workers have none.
    static func beginToServe(keepsInput: Bool = false) {
        phase.store(Phase.serving.rawValue, ordering: .releasing)
        if !keepsInput { StandardStreams.endInput() }
    }

    /// Refuses workers of workers, which would start workers in turn.
    ///
    /// - Throws: `StartRefusal` in a worker that serves. A worker that is still loading is ended.
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
            JobRank.abandon(
                "a worker loads its program, which makes an executor outside of its main function, "
                    + "so workers would start workers; make the executor in the main function"
            )
        case .serving:
            throw StartRefusal(.notAllowed, "a worker cannot make an executor of processes; \(instead)")
        default: break
        }
        if WorkerInvocation.isSet {
            JobRank.abandon(
                "this process was started to be a worker, and its program makes an executor in place of serving; "
                    + "call MPIPoolExecutor.serveIfWorker() (in C: mpifutures_serve_if_worker()) first of all in main"
            )
        }
    }

    /// Serves until the process ends if it was started as a worker. Otherwise does nothing.
    ///
    /// - Parameter language: The language of the calls.
    package static func take(_ language: any CallLanguage) {
        isKnown.store(true, ordering: .releasing)
        CallReplay.runIfAsked(language)
        guard WorkerInvocation.isSet else { return }
        beginToServe()
        guard let invocation = WorkerInvocation.take() else {
            JobRank.abandon(
                "this version does not know the value of \(WorkerInvocation.variable) in the environment; "
                    + "start the workers with the version of their program, or unset the variable"
            )
        }
        do {
            try serve(invocation, language)
        } catch {
            JobRank.abandon("\(error)")
        }
    }

    private static func serve(_ invocation: WorkerInvocation, _ language: any CallLanguage) throws -> Never {
        if case .runner(let place, _) = invocation { try RunnerWorker.serve(place, language) }
        let rank = try JobRank(invocation, .fromEnvironment)
        // The program is loaded already, and all ranks were started with the same command line.
        let rollCall = try rank.holdRollCall(Result<String, Never>.success(""))
        guard rollCall.mayBegin else { rank.leave(rollCall) }
        try rank.play(language)
    }
}
