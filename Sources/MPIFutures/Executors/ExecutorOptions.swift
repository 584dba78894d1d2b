/// Options of an executor: the data that its workers get apart from calls, and how they are started.
///
/// `globals`, `retries`, `journal` and `trace` act on all executors. `timeLimit`, `gracePeriod`, `memoryLimit` and
/// `failedCallsDirectory` act wherever calls are isolated. All other options have an effect only if the executor starts
/// its own worker processes: the workers of the launcher run already, and threads share the environment of their
/// process.
public struct ExecutorOptions: Sendable {
    /// The values that tasks read with `global(_:as:)`.
    public var globals: Globals

    /// The program of the workers: a path, or a name that is looked up in `PATH`; nil for this program.
    ///
    /// The program must serve (see `MPIPoolExecutor.serveIfWorker()`), and must contain the same calls if `loadsMain`
    /// is true. The counterpart in Python is `python_exe`.
    public var executable: String?

    /// The workers' command-line arguments. With nil they are those of this process, or none for another `executable`
    /// or if `loadsMain` is false.
    ///
    /// Under the launcher they are the arguments of the plugin's program, not those of the launcher.
    public var arguments: [String]?

    /// The information for MPI on the start of workers, as in an `MPI_Info` for `MPI_Comm_spawn`.
    ///
    /// If the executor runs `mpiexec` itself, the keys `host` or `hosts` (`"a:8,b:8"`), `hostfile`, `ppn` and `wdir`
    /// have an effect. It ignores other keys, as MPI ignores keys that it does not know. The counterpart in Python is
    /// `mpi_info`.
    public var mpiInfo: [String: String]

    /// The directories in which workers look for modules before those of `MPIFUTURES_PATH`. Workers look there for the
    /// libraries of calls, too; see `loadsMain`.
    public var path: [String]

    /// Whether the workers are processes of this program. If not, they know nothing of the program.
    ///
    /// With `false` the workers are processes of the launcher, `mpifutures`, or of another `executable` that serves.
    /// They load only the libraries that contain their calls: shared libraries with which this program is linked. A
    /// worker looks for a library by its file name in the directories of `path`, where it skips other builds, and then
    /// where this process has the library. A call that is in the program itself fails with `ExecutorError`, and so does
    /// an initializer. The launcher is the one next to the library MPIFutures, or else the one in `PATH`.
    ///
    /// This program need not serve then: no worker loads or runs it. The counterpart in Python is `main`.
    public var loadsMain: Bool

    /// The workers' working directory; nil for that of this process. The counterpart in Python is `wdir`.
    public var workingDirectory: String?

    /// Environment variables that the workers have in addition to those of this process. The counterpart in Python is
    /// `env`.
    ///
    /// The values may be secret: no command line shows them. `mpiexec` gets the variables, too. Workers that
    /// `MPI_Comm_spawn` starts on other hosts get them only after MPI's start.
    public var environment: [String: String]

    /// Environment variables in whose values each worker has its own numbers, such as
    /// `["CUDA_VISIBLE_DEVICES": "{local}"]`.
    ///
    /// In a value, `{worker}` stands for the worker's number and `{workers}` for the number of workers, `{local}` and
    /// `{locals}` for those on its host, and `{host}` and `{hosts}` for the number of the host and of all hosts. All
    /// numbers begin with 0. `{local%4}` is the rest of a division by 4. Calls find the numbers in ``WorkerInfo``.
    ///
    /// The variables are set before an isolated worker starts. Workers that are ranks of MPI set them when MPI has
    /// started: before a plugin is loaded, but after the libraries of a program of its own. The option adds to
    /// `MPIFUTURES_WORKER_ENVIRONMENT` and to the launcher's `--worker-env`. Executors whose workers are threads, or run
    /// already, refuse it.
    public var workerEnvironment: [String: String]

    /// The number of times that workers are started again when they are lost. After that the executor is broken.
    ///
    /// A call that had not been answered is made again from the beginning, so calls should be idempotent. A call that
    /// always ends its worker uses up all restarts. Workers that may be restarted are started by `mpiexec` in any case.
    ///
    /// Restarts are for workers that are lost together, so an executor with restarts does not isolate its calls by
    /// itself. Where calls are isolated nevertheless, this option has no effect: see `retries`.
    public var restarts: Int

    /// Whether each call runs in a process that knows no MPI, so that a call that ends its process costs only itself.
    public var isolation: Isolation

    /// Whether calls are isolated from each other, and from the workers' MPI.
    public enum Isolation: Sendable {
        /// The launcher's `--isolate` or `MPIFUTURES_ISOLATE` decides. Without them, calls are isolated where nothing
        /// needs MPI: neither the program nor a library of it is linked with MPI, and the options about MPI and about
        /// other programs have their defaults. The workers are those of the launcher, or processes that this process
        /// starts on this host.
        case automatic
        /// The workers are processes on this host that know no MPI. A call that crashes, exits or is killed fails with
        /// a `RemoteError`, whose `end` says how. A new process takes the place of the old one, and all other calls
        /// have their results. `Communicator.workers` cannot be used in calls, and `mpiInfo` cannot name hosts.
        case on
        /// The workers are ranks of MPI or threads. A call that crashes ends the job.
        case off
    }

    /// How long each call may take; nil for no limit, or for that of `MPIFUTURES_TIME_LIMIT` or of the launcher's
    /// `--time-limit`. See `CallOptions.timeLimit`.
    ///
    /// A limit turns isolation on where it is automatic. An executor whose workers are threads, or ranks of MPI that
    /// run calls themselves, refuses a limit.
    public var timeLimit: Duration?

    /// The time between SIGTERM and SIGKILL for a call that has taken too long. See `CallOptions.gracePeriod`.
    public var gracePeriod: Duration

    /// The most data that a worker process may have while a call runs, in bytes; nil for no limit, or for that of
    /// `MPIFUTURES_MEMORY_LIMIT` or of the launcher's `--memory-limit`. See `CallOptions.memoryLimit`.
    public var memoryLimit: Int?

    /// How often calls that fail are made again, for each way to fail; nil for the policy of `MPIFUTURES_RETRIES` or of
    /// the launcher's `--retries`, by which only calls that have lost their worker are made again unless it says more.
    public var retries: RetryPolicy?

    /// The directory in which calls are saved that have ended their worker for the last time; nil for that of
    /// `MPIFUTURES_SAVE_FAILED` or of the launcher's `--save-failed`, or none. It is made if it does not exist.
    ///
    /// Each call is saved in a file of its own, with its arguments, the executor's globals and initializer, and shared
    /// values. A line on standard error has the command that makes the call again alone, which a debugger may run.
    public var failedCallsDirectory: String?

    /// The file in which the results of calls are recorded, so that a later run need not make the calls again; nil for
    /// that of `MPIFUTURES_JOURNAL` or of the launcher's `--journal`. See <doc:LongRuns>.
    public var journal: Journal?

    /// The file that gets a trace of the executor's calls: when each worker made which calls, how long they were queued,
    /// and which failed. Nil for that of `MPIFUTURES_TRACE` or of the launcher's `--trace`. A file that exists is
    /// replaced; all executors of this process that name the same file share it. See <doc:LongRuns>.
    public var trace: String?

    /// How a master notices that another host has died or fallen silent; nil for that of `MPIFUTURES_HEARTBEAT`, or a
    /// beat every 5 s and a patience of 60 s. See <doc:Tuning>.
    ///
    /// Calls of workers on such a host are made again elsewhere by `retries`, or fail with a ``RemoteError`` whose `end`
    /// is `lost`. The other workers go on.
    public var heartbeat: Heartbeat?

    /// The heartbeat between the master and its workers on other hosts.
    public enum Heartbeat: Hashable, Sendable {
        /// Nobody notices that a host is silent.
        case off
        /// Both sides send a sign of life in each `period`. A host is lost if nothing is heard of it for the `patience`,
        /// which must be twice the period at least. A call that keeps a worker busy delays no sign of life.
        case every(_ period: Duration, patience: Duration)
    }

    /// How many calls each worker process makes at most before another process takes its place; nil for the number of
    /// `MPIFUTURES_MAX_CALLS_PER_WORKER` or of the launcher's `--max-calls-per-worker`, or any number.
    ///
    /// Workers that leak memory or other things can serve for long this way. The option turns isolation on where it is
    /// automatic, and an executor whose workers are not isolated, or not its own, refuses it. The counterpart in Python
    /// is `max_tasks_per_child`.
    public var maxCallsPerWorker: Int?

    /// Whether each line that a worker writes to standard output or standard error begins with the worker's rank, as
    /// `[2] `. The launcher's `--label` has the same effect.
    ///
    /// Lines of different workers do not mix then. A line appears when its end does, and may
    /// appear after the result of the call that has printed it. An executor whose workers are not isolated, or not its
    /// own, refuses the option.
    public var labelsOutput: Bool

    /// The longest sleep of an idle worker between two looks for messages. With nil it is 2.5 ms, or 50 ms on this
    /// host, where the master's ring ends a sleep. The limit holds on every host.
    ///
    /// `MPIFUTURES_BACKOFF` sets it for workers that `mpiexec` has started. The counterpart in Python is `backoff`.
    public var backoff: Duration?

    /// Creates options. Omitted ones keep their defaults.
    public init(
        globals: Globals = [:],
        executable: String? = nil,
        arguments: [String]? = nil,
        mpiInfo: [String: String] = [:],
        path: [String] = [],
        loadsMain: Bool = true,
        workingDirectory: String? = nil,
        environment: [String: String] = [:],
        workerEnvironment: [String: String] = [:],
        restarts: Int = 0,
        isolation: Isolation = .automatic,
        timeLimit: Duration? = nil,
        gracePeriod: Duration = .zero,
        memoryLimit: Int? = nil,
        retries: RetryPolicy? = nil,
        failedCallsDirectory: String? = nil,
        journal: Journal? = nil,
        trace: String? = nil,
        heartbeat: Heartbeat? = nil,
        maxCallsPerWorker: Int? = nil,
        labelsOutput: Bool = false,
        backoff: Duration? = nil
    ) {
        self.globals = globals
        self.executable = executable
        self.arguments = arguments
        self.mpiInfo = mpiInfo
        self.path = path
        self.loadsMain = loadsMain
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.workerEnvironment = workerEnvironment
        self.restarts = restarts
        self.isolation = isolation
        self.timeLimit = timeLimit
        self.gracePeriod = gracePeriod
        self.memoryLimit = memoryLimit
        self.retries = retries
        self.failedCallsDirectory = failedCallsDirectory
        self.journal = journal
        self.trace = trace
        self.heartbeat = heartbeat
        self.maxCallsPerWorker = maxCallsPerWorker
        self.labelsOutput = labelsOutput
        self.backoff = backoff
    }
}
