internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding
internal import Pool
internal import Transport

extension Pool {
    /// Starts worker processes and returns a pool of them.
    ///
    /// - Parameter restarts: How many times lost workers are started again.
    static func launched(_ launch: Launch, restarts: Int = 0, _ language: any CallLanguage) throws -> Pool {
        let settings = try Settings.fromEnvironment()
        // If a foreign starter has started several copies of this process, `startMPI` ends them.
        if ProcessManager.mayBeForeign { try Runtime.shared.startMPI() }
        let modulePath = Environment.nonEmpty("MPIFUTURES_PATH")
        let environment = WorkerEnvironment(launch.workerEnvironment(modulePath: modulePath, withTemplates: true))
        let transport: any MasterTransport
        // A spawned worker belongs to this process's job, so losing it would end this process too.
        if restarts == 0, try settings.start.isSpawn {
            try Runtime.shared.startMPI()
            Runtime.shared.noteSpawn()
            transport = try SpawnJob.start(
                launch,
                environment: environment,
                startTimeout: settings.startTimeout,
                longestSleep: settings.longestSleep,
                hasLinks: settings.hasLinks,
                heartbeat: launch.heartbeat(settings)
            )
        } else {
            let launcher = MPIExecCommand.words(Environment.nonEmpty("MPIFUTURES_MPIEXEC") ?? MPIExecCommand.usual)
            let command = MPIExecCommand(
                for: launch,
                launcher: launcher,
                hosts: try HostList(for: launch),
                .ofProcess(launcher: launcher, environment)
            )
            transport = try RelayMasterTransport(workerCount: launch.workerCount, restarts: restarts) {
                relayed,
                cause in
                if let cause { Log.warning("\(cause); the workers are started again") }
                try RelayJob.start(
                    command,
                    for: launch,
                    environment: environment,
                    relayed,
                    host: HostName.current,
                    startTimeout: settings.startTimeout
                )
            }
        }
        return try Pool(transport: transport, language: language)
    }
}

extension Settings.Start {
    /// Whether `MPI_Comm_spawn` starts the workers.
    ///
    /// Spawning needs a process manager that knows this process, and an MPI library that can spawn. Otherwise `mpiexec`
    /// starts the workers, and this process does not need MPI.
    fileprivate var isSpawn: Bool {
        get throws {
            switch self {
            case .spawn: true
            case .mpiexec: false
            case .automatic:
                // In a job of Slurm the mpiexec of MPICH 5 ends when it is to start processes on further hosts.
                ProcessManager.isPresent && Environment.nonEmpty("SLURM_JOB_ID") == nil
                    ? MPILibrary(version: try MPI.libraryVersion).canSpawn : false
            }
        }
    }
}

extension HostList {
    /// The hosts that a launch or the environment of its `mpiexec` names; nil if neither does.
    fileprivate init?(for launch: Launch) throws {
        let slots = launch.info["ppn"].flatMap { Int($0) } ?? 1
        if let list = launch.info["hosts"] ?? launch.info["host"] {
            self.init(list: list, slotsEach: slots)
        } else if let file = launch.info["hostfile"] ?? Environment.nonEmpty("HYDRA_HOST_FILE") {
            self.init(file: try Self.text(of: file), slotsEach: slots)
        } else {
            return nil
        }
    }

    static func text(of path: String) throws -> String {
        guard let file = fopen(path, "re") else {
            throw StartRefusal(
                .invalidArgument,
                "cannot read the file of hosts '\(path)': \(SystemError.Code.last)"
            )
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension MPIExecCommand.Surroundings {
    /// - Parameter environment: The variables that the executor's options give its workers.
    fileprivate static func ofProcess(launcher: [String], _ environment: WorkerEnvironment) -> Self {
        var surroundings = Self(localHost: HostName.current)
        surroundings.isOpenMPI = MPIFamily.ofLauncher(launcher.first ?? MPIExecCommand.usual) == .openMPI
        guard surroundings.isOpenMPI else { return surroundings }
        surroundings.isRoot = geteuid() == 0
        let settings = Environment.names.filter { $0.hasPrefix("MPIFUTURES_") || $0 == "LD_LIBRARY_PATH" }
        let variables = Set(settings + environment.variables.map(\.name) + [WorkerInvocation.variable])
        surroundings.variables = variables.sorted()
        return surroundings
    }
}
