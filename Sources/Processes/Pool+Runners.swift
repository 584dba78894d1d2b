internal import Identities
internal import Launching
internal import Linux
internal import Pool
internal import Transport
internal import Wire
internal import Worker

extension Pool {
    /// A pool whose workers are runners: processes of this host that know no MPI. A call that ends its worker fails
    /// alone.
    ///
    /// - Throws: `StartRefusal` if the workers are to be on other hosts.
    static func runners(_ launch: Launch, _ language: any CallLanguage) throws -> Pool {
        if let key = ["host", "hosts", "hostfile"].first(where: { launch.info[$0] != nil }) {
            throw StartRefusal(
                .invalidArgument,
                "isolated workers are on this host, and MPI's information '\(key)' names others; "
                    + "leave it out, or turn isolation off"
            )
        }
        let modulePath = Environment.nonEmpty("MPIFUTURES_PATH")
        let variables = WorkerEnvironment(launch.workerEnvironment(modulePath: modulePath))
        let environment = variables.added(to: Environment.current.withoutRankVariables())
        let library = Runtime.shared.launchedPlugin?.stagedLibrary ?? ""
        let count = launch.workerCount
        let job = try RunnerJob(
            RunnerJob.Program(
                executable: launch.executable,
                words: [OwnCommandLine.arguments.first ?? launch.executable] + launch.arguments,
                environment: { worker in
                    var environment = environment
                    let invocation = WorkerInvocation.runner(worker: worker.number, count: count, library: library)
                    environment[WorkerInvocation.variable] = invocation.text
                    return environment
                },
                directory: launch.directory
            )
        )
        let transport: RunnerMasterTransport
        do {
            transport = try RunnerMasterTransport(workerCount: count, processes: job) { loss, call in
                language.encode(TaskFailure(loss, call, workerCount: count, language))
            }
        } catch {
            job.end(leaving: [])
            throw error
        }
        job.setReport { transport.note($0) }
        return try Pool(transport: transport, language: language)
    }
}

extension TaskFailure {
    /// The failure of a call, or of an initializer, that ended its runner.
    fileprivate init(
        _ loss: RunnerLoss,
        _ call: LostCall,
        workerCount: Int,
        _ language: any CallLanguage
    ) {
        self.init(
            stage: call.isInitializer ? .initializing : .running,
            typeName: "",
            message: loss.text,
            callable: call.definition.map { language.name(of: $0) } ?? "an unknown callable",
            rank: loss.worker.number + 1,
            worldSize: workerCount + 1,
            host: HostName.current,
            end: WorkerEnd(loss.end),
            lastWords: loss.lastWords
        )
    }
}

extension WorkerEnd {
    fileprivate init(_ end: RunnerLoss.End) {
        switch end {
        case .notStarted, .overwritten: self = .damaged
        case .exited(let status): self = .exited(status: status)
        case .killed(let signal): self = .killed(signal: signal)
        case .timedOut(let seconds): self = .timedOut(seconds: seconds)
        }
    }
}
