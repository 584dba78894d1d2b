internal import Identities
internal import Launching
internal import Linux
package import MPIBinding
package import Pool
internal import Transport

extension Pool {
    /// A pool whose workers are runners: processes of this host that know no MPI. A call that ends its worker fails
    /// alone.
    ///
    /// - Throws: `StartRefusal` if the workers are to be on other hosts.
    ///
    /// - Parameters:
    ///   - maxCalls: How many calls each process makes at most before another one takes its place; nil for any number.
    ///   - labelsOutput: Whether each line that a worker writes has a label. The launcher may ask for that, too.
    static func runners(
        _ launch: Launch,
        maxCalls: Int?,
        labelsOutput: Bool = false,
        _ language: any CallLanguage
    ) throws -> Pool {
        if let key = ["host", "hosts", "hostfile"].first(where: { launch.info[$0] != nil }) {
            throw StartRefusal(
                .invalidArgument,
                "isolated workers are on this host, and MPI's information '\(key)' names others; "
                    + "leave it out, or turn isolation off"
            )
        }
        let count = launch.workerCount
        var program = RunnerJob.Program(launch) { WorkerPlace($0, of: count) }
        program.label = Runtime.shared.outputLabel(isWanted: labelsOutput)
        // A descriptor of the process and one of each stream that is read; two threads; what an idle process takes.
        let need = ProcessLimits.Need(files: program.label == nil ? 2 : 3, threads: 2, memory: 2_000_000)
        if let (reason, most) = ProcessLimits.own(for: count, need).refusal(of: count, need) {
            throw StartRefusal(.invalidArgument, "\(count) workers \(reason); ask for at most \(most)")
        }
        let job = try RunnerJob(program)
        let transport: RunnerMasterTransport
        do {
            transport = try RunnerMasterTransport(
                workerCount: launch.workerCount,
                processes: job,
                startTimeout: try Settings.fromEnvironment().startTimeout,
                maxCalls: maxCalls,
                failure: language.failureOfLoss(workerCount: launch.workerCount)
            )
        } catch {
            job.end(leaving: [])
            throw error
        }
        job.setReport { transport.note($0) }
        return try Pool(transport: transport, language: language)
    }

    /// A pool of workers that are ranks of MPI, or that ranks of MPI own.
    ///
    /// - Parameter joint: The intercommunicator to the ranks.
    package static func ranks(
        _ joint: Communicator,
        _ settings: Settings,
        _ language: any CallLanguage
    ) throws -> (pool: Pool, workerCount: Int) {
        let areIsolated = Runtime.shared.areRanksIsolated
        let mpi = try MPIMasterTransport(
            joint,
            longestSleep: settings.longestSleep,
            hasRunners: areIsolated,
            hasLinks: settings.hasLinks,
            heartbeat: Runtime.shared.heartbeat(settings)
        )
        let count = mpi.workerCount
        guard areIsolated else { return (try Pool(transport: mpi, language: language), count) }
        let transport = try IsolatedMasterTransport(
            mpi,
            startTimeout: settings.startTimeout,
            maxCalls: try Runtime.shared.maxCallsPerWorker,
            failure: language.failureOfLoss(workerCount: count)
        )
        return (try Pool(transport: transport, language: language), count)
    }
}
