import Glibc
import MPIFutures
import Probe

/// Prints what each option of an executor does to a worker.
///
///     options EXECUTOR SCRATCH OTHER
///
/// EXECUTOR is `pool` or `process`, SCRATCH a directory, OTHER another program that serves. A line for each option has
/// its name, a tab, and what the worker has then; the line `none` is of an executor without options.
@main struct Options: MPIProgram {
    static func run() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let (executor, scratch, other) = (arguments[0], arguments[1], arguments[2])
        print("master\t\(CommandLine.arguments[0])")
        var byName: [String: ExecutorOptions] = [:]
        byName["none"] = ExecutorOptions()
        byName["globals"] = ExecutorOptions(globals: ["name": "value"])
        byName["executable"] = ExecutorOptions(executable: other)
        byName["arguments"] = ExecutorOptions(arguments: ["-x", "two words", "", "two\nlines\\n", "100% \"'"])
        byName["mpiInfo"] = ExecutorOptions(mpiInfo: ["wdir": scratch, "unknown": "key"])
        byName["path"] = ExecutorOptions(path: ["/some/where", "/else where"])
        byName["loadsMain"] = ExecutorOptions(loadsMain: false)
        byName["workingDirectory"] = ExecutorOptions(workingDirectory: scratch)
        byName["environment"] = ExecutorOptions(environment: ["OPTION_TEST": "a b=c"])
        byName["workerEnvironment"] = ExecutorOptions(
            workerEnvironment: ["OPTION_TEST_NUMBERS": "{local} of {workers}, {\"x\"}"]
        )
        byName["isolation"] = ExecutorOptions(isolation: .on, retries: RetryPolicy.none)
        byName["restarts"] = ExecutorOptions(restarts: 1)
        byName["timeLimit"] = ExecutorOptions(timeLimit: .milliseconds(200))
        byName["gracePeriod"] = ExecutorOptions(timeLimit: .milliseconds(200), gracePeriod: .seconds(30))
        byName["memoryLimit"] = ExecutorOptions(memoryLimit: 256 << 20)
        byName["retries"] = ExecutorOptions(retries: RetryPolicy(thrown: 1))
        byName["failedCallsDirectory"] = ExecutorOptions(
            retries: RetryPolicy.none,
            failedCallsDirectory: "\(scratch)/failed"
        )
        byName["journal"] = ExecutorOptions(journal: Journal("\(scratch)/journal"))
        byName["trace"] = ExecutorOptions(trace: "\(scratch)/trace")
        byName["maxCallsPerWorker"] = ExecutorOptions(maxCallsPerWorker: 2)
        byName["labelsOutput"] = ExecutorOptions(labelsOutput: true)
        byName["heartbeat"] = ExecutorOptions(heartbeat: .every(.seconds(2), patience: .seconds(7)))
        byName["backoff"] = ExecutorOptions(backoff: .milliseconds(7))
        for (name, options) in byName.sorted(by: { $0.key < $1.key }) {
            do {
                let found =
                    executor == "pool"
                    ? try MPIPoolExecutor.with(maxWorkers: 1, options: options) { try look($0, name, scratch) }
                    : try ProcessPoolExecutor.with(maxWorkers: 1, options: options) { try look($0, name, scratch) }
                print(
                    "\(name)\t\(found.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\t"))"
                )
            } catch {
                print("\(name)\terror=\(error)")
            }
        }
    }

    private static func look(_ executor: some PoolExecutor, _ name: String, _ scratch: String) throws -> [String:
        String]
    {
        var found = try executor.submit(Surroundings()).result()
        // Of workers that are shared none may be lost.
        let isShared = getenv("OPTION_TEST_SHARED") != nil
        if ["restarts", "isolation"].contains(name), !isShared {
            let future = try executor.submit(DieOnce(file: "\(scratch)/died in \(name)"))
            if let error = try future.error() as? RemoteError {
                found["loss"] = "\(error.message)"
            } else {
                found["loss"] = try future.result()
            }
        }
        if name == "failedCallsDirectory", getenv("OPTION_TEST_ISOLATED") != nil {
            _ = try executor.submit(DieOnce(file: "\(scratch)/died to be saved")).error()
            found["loss"] = access("\(scratch)/failed", F_OK) == 0 ? "saved" : "none"
        }
        if name == "maxCallsPerWorker" {
            // The first of three calls has been made.
            let processes = try (0..<2).map { _ in try executor.submit(ProcessNumber()).result() }
            found["loss"] = processes[0] == processes[1] ? "the same" : "another"
        }
        if name == "labelsOutput" {
            let isShared = try executor.submit(StandardOutput()).result() == StandardOutput()()
            found["output"] = isShared ? "the master's" : "a pipe"
        }
        if name == "memoryLimit" {
            let error = try executor.submit(Grow(bytes: 512 << 20)).error()
            found["loss"] = (error as? RemoteError)?.message ?? "none"
        }
        if name == "retries" {
            found["loss"] = try executor.submit(ThrowOnce(file: "\(scratch)/thrown")).result()
        }
        if ["timeLimit", "gracePeriod"].contains(name) {
            let note = "\(scratch)/warned in \(name)"
            let error = try executor.submit(Dawdle(note: note)).error()
            found["loss"] = (error as? RemoteError)?.message ?? "none"
            found["warned"] = access(note, F_OK) == 0 ? "yes" : "no"
        }
        if ["journal", "trace"].contains(name) {
            executor.shutdown()
            var status = stat()
            found["recorded"] = stat("\(scratch)/\(name)", &status) == 0 && status.st_size > 100 ? "yes" : "no"
        }
        return found
    }
}
