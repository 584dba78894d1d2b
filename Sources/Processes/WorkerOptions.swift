internal import Launching

/// What worker processes run, and how they are started.
package struct WorkerOptions: Sendable {
    /// The program of the workers.
    package enum Program: Sendable {
        /// The program of this process. Without arguments of their own the workers get those of this process.
        case same(arguments: [String]?)
        /// Another program, which serves: a path, or a name to look up in `PATH`.
        case other(executable: String, arguments: [String])
        /// The launcher, which knows nothing of this process's program.
        case launcher(arguments: [String])
    }

    package var program = Program.same(arguments: nil)
    /// Variables that the workers have beside those of this process.
    package var environment: [String: String] = [:]
    /// Directories in which workers look for modules, before those of `MPIFUTURES_PATH`.
    package var path: [String] = []
    /// The workers' directory; nil for that of this process.
    package var workingDirectory: String?
    /// What MPI is told of the workers.
    package var mpiInfo: [String: String] = [:]
    /// How long a waiting worker sleeps at most between two looks for messages; nil for what is usual.
    package var backoff: Duration?
    /// How often the workers are started again when they are lost.
    package var restarts = 0

    package init() {}
}

extension Launch {
    /// What a pool with these options starts.
    init(_ options: WorkerOptions, workerCount: Int) {
        switch options.program {
        case .same(let arguments):
            self.init(executable: OwnCommandLine.executable, workerCount: workerCount)
            self.arguments =
                Runtime.shared.launchedPlugin?.commandLine(arguments)
                ?? arguments ?? Array(OwnCommandLine.arguments.dropFirst())
        case .other(let executable, let arguments):
            self.init(executable: executable, workerCount: workerCount)
            self.arguments = arguments
        case .launcher(let arguments):
            self.init(executable: LauncherProgram.path, workerCount: workerCount)
            self.arguments = [LauncherProgram.serveOption] + arguments
        }
        environment = options.environment
        if let backoff = options.backoff { environment["MPIFUTURES_BACKOFF"] = "\(backoff / .seconds(1))" }
        path = options.path
        workingDirectory = options.workingDirectory
        info = options.mpiInfo
    }
}
