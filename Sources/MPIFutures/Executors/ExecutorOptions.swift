/// What an executor gives to its workers beside calls, and how it starts them.
///
/// All but `globals` is for executors that start workers of their own; those of the launcher are there already, and
/// threads have the surroundings of their process.
public struct ExecutorOptions: Sendable {
    /// Values that tasks read with `global(_:as:)`.
    public var globals: Globals

    /// The program of the workers: a path, or a name that is looked up in `PATH`; nil for this one.
    ///
    /// It has to serve (see `MPIPoolExecutor.serveIfWorker()`), and to contain the same calls if `loadsMain`. The
    /// counterpart in Python is `python_exe`.
    public var executable: String?

    /// The workers' command-line arguments; nil for those of this process, or none for another `executable` or without
    /// `loadsMain`.
    ///
    /// Under the launcher they are the arguments of the plugin's program, not the launcher's.
    /// The counterpart in Python is `python_args`.
    public var arguments: [String]?

    /// What MPI is told of the workers, as in an `MPI_Info` for `MPI_Comm_spawn`.
    ///
    /// Where the executor runs `mpiexec` itself, these keys have an effect: `host` or `hosts` (`"a:8,b:8"`), `hostfile`,
    /// `ppn`, `wdir`; others are passed over, as MPI does with keys that it does not know. The counterpart in Python is
    /// `mpi_info`.
    public var mpiInfo: [String: String]

    /// Directories in which workers look for modules, before those of `MPIFUTURES_PATH`; and for the libraries of calls,
    /// see `loadsMain`.
    public var path: [String]

    /// Whether the workers are processes of this program; else they know nothing of it.
    ///
    /// With `false` they are processes of the launcher, `mpifutures`, or of another `executable` that serves, and load
    /// only the libraries that their calls are in: shared ones, with which this program is linked. A worker looks for a
    /// library by the name of its file in the directories of `path`, where a file that is another build is passed over,
    /// and then where this process has it. A call that is in the program itself fails with `ExecutorError`, and so does
    /// an initializer. The launcher is the one beside the library MPIFutures, or else the one in `PATH`.
    ///
    /// The program need not serve then: it is neither loaded nor run by a worker. The counterpart in Python is `main`.
    public var loadsMain: Bool

    /// The workers' directory; nil for that of this process. The counterpart in Python is `wdir`.
    public var workingDirectory: String?

    /// Variables that the workers have beside those of this process. The counterpart in Python is `env`.
    ///
    /// The values may be secret: they stand in no command line. `mpiexec` has the variables too. Workers that
    /// `MPI_Comm_spawn` starts on other hosts get them after MPI's start.
    public var environment: [String: String]

    /// How often the workers are started again when they are lost; then the executor is broken.
    ///
    /// A call that had not been answered is made again, from the beginning: calls should be such that this does no
    /// harm. A call that always ends its worker uses all of the restarts. `mpiexec` is run for such workers in any case.
    public var restarts: Int

    /// How long a waiting worker sleeps at most between two looks for messages; nil for 2.5 ms, or 50 ms on this host,
    /// where workers are woken. The counterpart in Python is `backoff`.
    public var backoff: Duration?

    /// Options of which only those named differ from what is usual.
    public init(
        globals: Globals = [:],
        executable: String? = nil,
        arguments: [String]? = nil,
        mpiInfo: [String: String] = [:],
        path: [String] = [],
        loadsMain: Bool = true,
        workingDirectory: String? = nil,
        environment: [String: String] = [:],
        restarts: Int = 0,
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
        self.restarts = restarts
        self.backoff = backoff
    }
}
