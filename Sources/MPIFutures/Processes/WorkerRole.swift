internal import Glibc
internal import Launching
internal import MPIBinding
internal import Synchronization
internal import Transport

/// What a program's process is when an executor has started it: a worker, which serves in place of running the program.
enum WorkerRole {
    private static let isKnown = Atomic(false)
    private static let hasBegun = Atomic(false)

    /// Whether this program, started again as a worker, would serve.
    static var isTakenCareOf: Bool { isKnown.load(ordering: .acquiring) }

    /// Whether this process has become a worker.
    static var isWorker: Bool { hasBegun.load(ordering: .acquiring) }

    /// Serves to the end of the process if it was started as a worker; else does nothing.
    static func take() {
        isKnown.store(true, ordering: .releasing)
        guard WorkerMark.isSet else { return }
        hasBegun.store(true, ordering: .releasing)
        guard let mark = WorkerMark.take() else {
            Log.error("\(WorkerMark.variable) in the environment is nothing that this version knows")
            exit(1)
        }
        do {
            try serve(mark)
        } catch {
            let rank = ProcessManager.rank.map { "rank \($0) on \(HostName.current): " } ?? ""
            Log.error("\(rank)\(error)")
            Leaving.quit(status: 1)
        }
    }

    /// Ends a process that was started as a worker and is about to start workers of its own.
    static func refuseToRecurse() -> Never {
        Log.error(
            "this process was started to be a worker, and its program makes an executor in place of serving; "
                + "call MPIPoolExecutor.serveIfWorker() (in C: mpifutures_serve_if_worker()) first of all in main"
        )
        // Not `exit`: nothing that the program has begun is of any use.
        MPI.killJob(status: 1)
        _exit(1)
    }

    private static func serve(_ mark: WorkerMark) throws -> Never {
        let settings = try Settings.fromEnvironment()
        try MPI.initialize(requesting: settings.threadLevel)
        StandardStreams.bufferByLines()
        let world = MPIBinding.Communicator.world
        let rank = try world.rank
        guard case .relayed(let directory, let secret) = mark else { preconditionFailure("no other way yet") }
        // First of all, so that the program hears of a job that is not the one it has asked for.
        let relay = rank == 0 ? try RelayProcess(directory: directory, secret: secret, settings) : nil
        Leaving.manner = settings.mannerOfEnding(isJobOnManyHosts: try areManyHosts(world))
        let joined = try world.duplicate()
        let assembly = Assembly(joined, master: 0)
        if let relay { try relay.run(assembly) }
        Runtime.shared.setWorkers(try joined.excluding(rank: 0, tag: 0))
        try WorkerProcess(rank: rank, longestSleep: settings.longestSleep).run(assembly)
    }

    /// Whether not all processes are on the same host. Collective.
    private static func areManyHosts(_ communicator: MPIBinding.Communicator) throws -> Bool {
        let hash = HostName.current.utf8.reduce(into: UInt64(14_695_981_039_346_656_037)) { hash, byte in
            hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
        let number = Int64(bitPattern: hash >> 1)
        let least = try communicator.allReduceMinimum([number, -number])
        return least[0] != -least[1]
    }
}
