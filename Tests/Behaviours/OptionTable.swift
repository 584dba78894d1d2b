import MPIFutures

/// What each option of an executor does to a worker, by each way of starting workers.
///
/// `Docs/Behaviours.md` shows it, and the tests of the installation see it hold. A new row needs:
///
/// 1. a line in `Tests/Fixtures/options/options.swift`, which creates an executor with the option;
/// 2. what a worker sees of the option, in `Surroundings` of `Tests/Fixtures/options/probe.swift`;
/// 3. both in `usual` and `effect` of `Tests/InstallTests/OptionTests.swift`;
/// 4. the new table in Docs: `MPIFUTURES_WRITE_DOCS=1 swift test --filter BehaviourTableTests`.
package enum OptionTable {
    /// A way of starting workers that are processes.
    package enum Way: String, CaseIterable, Sendable {
        case ranks = "launcher, its ranks"
        case workers = "launcher, `--workers`"
        case processPool = "launcher, `ProcessPoolExecutor`"
        case relay = "own program, `mpiexec`"
        case spawn = "own program, spawned"
        case isolated = "own program, isolated"

        /// Whether the workers are there before the executor, which others share with it.
        package var sharesWorkers: Bool { self == .ranks || self == .workers }

        package var isLauncher: Bool { sharesWorkers || self == .processPool }
    }

    package struct Row: Sendable {
        /// The name of the property of `ExecutorOptions`.
        package let name: String
        /// What a worker sees of it.
        package let effect: String
        /// Whether it is for workers that are shared, too.
        package var isForSharedWorkers = false
        /// Whether the option has no effect on workers that know no MPI.
        package var isForMPIOnly = false
        /// Whether executors refuse the option unless their workers know no MPI.
        package var isForIsolatedOnly = false
        /// Whether executors refuse the option if they share their workers.
        package var isRefusedForSharedWorkers = false

        /// Whether the option has an effect only on workers that know no MPI, and others accept it.
        package var needsIsolation = false

        package func isRefused(by way: Way) -> Bool {
            isForIsolatedOnly && way != .isolated || isRefusedForSharedWorkers && way.sharesWorkers
        }

        /// A word of the error of those who refuse the option.
        package var refusal: String { isForIsolatedOnly ? "isolat" : "--worker-env" }

        package func applies(to way: Way) -> Bool {
            if isForMPIOnly, way == .isolated { return false }
            if isForIsolatedOnly || needsIsolation { return way == .isolated }
            return isForSharedWorkers || !way.sharesWorkers
        }

        /// The mark of the note that says why the option has no effect.
        package func note(_ way: Way) -> String {
            if isRefusedForSharedWorkers { return "⁷" }
            return needsIsolation ? "⁶" : isRefused(by: way) ? "⁵" : isForMPIOnly && !way.sharesWorkers ? "⁴" : "³"
        }
    }

    package static let rows = [
        Row(name: "globals", effect: "`global(_:as:)` finds the value", isForSharedWorkers: true),
        Row(name: "executable", effect: "the process is of that program, without arguments"),
        Row(name: "arguments", effect: "`CommandLine.arguments` are those, whatever they look like"),
        Row(name: "mpiInfo", effect: "with the key `wdir`: the process has that directory"),
        Row(name: "path", effect: "`MPIFUTURES_PATH` begins with the directories"),
        Row(name: "loadsMain", effect: "with `false`: the process is the launcher's and has not loaded the program"),
        Row(name: "workingDirectory", effect: "the process has that directory"),
        Row(name: "environment", effect: "the variables are set"),
        Row(
            name: "workerEnvironment",
            effect: "the variables are set, with the worker's numbers in them",
            isRefusedForSharedWorkers: true
        ),
        Row(name: "restarts", effect: "a call that loses its worker is made again by a new one", isForMPIOnly: true),
        Row(name: "isolation", effect: "with `.on`: a call that loses its worker fails alone"),
        Row(
            name: "timeLimit",
            effect: "a call that takes longer is ended, and fails alone",
            isForIsolatedOnly: true
        ),
        Row(
            name: "gracePeriod",
            effect: "with a time limit: the call gets SIGTERM, and may clean up",
            isForIsolatedOnly: true
        ),
        Row(
            name: "memoryLimit",
            effect: "a call that needs more fails alone",
            isForIsolatedOnly: true
        ),
        Row(name: "retries", effect: "a call that fails is made again", isForSharedWorkers: true),
        Row(
            name: "failedCallsDirectory",
            effect: "a call that has lost its worker for the last time is saved there",
            needsIsolation: true
        ),
        Row(name: "journal", effect: "the results of calls are in the file", isForSharedWorkers: true),
        Row(name: "trace", effect: "the calls are in the file", isForSharedWorkers: true),
        Row(
            name: "maxCallsPerWorker",
            effect: "another process takes its place after so many calls",
            isForIsolatedOnly: true
        ),
        Row(
            name: "labelsOutput",
            effect: "standard output and error pass the master, which labels the lines",
            isForIsolatedOnly: true
        ),
        Row(name: "heartbeat", effect: "`MPIFUTURES_HEARTBEAT` has the value"),
        Row(name: "backoff", effect: "`MPIFUTURES_BACKOFF` has the value"),
    ]

    /// Why an option has no effect on workers that are shared.
    package static let reason = "the workers are there already, and other executors share them"

    /// Why an option has no effect on workers that know no MPI.
    package static let reasonOfIsolation = "`retries` says whether a call that loses its worker is made again"

    /// Why executors refuse an option.
    package static let reasonOfRefusal =
        "calls on threads and on ranks of MPI cannot be ended, and write to the streams themselves"

    /// Why executors that share their workers refuse an option.
    package static let reasonOfRefusalForShared =
        "the workers have begun; the launcher's `--worker-env` sets the variables"

    /// Why an option has no effect on workers that are threads or ranks of MPI.
    package static let reasonOfSharing = "a call that ends its worker ends the job"

    /// The names of all options that there are.
    package static var options: [String] {
        Mirror(reflecting: ExecutorOptions()).children.compactMap(\.label)
    }
}
