internal import Identities
internal import Launching
internal import Linux
internal import Transport
internal import Wire
internal import Worker

extension RunnerJob.Program {
    /// The program of runners that a launch describes.
    ///
    /// - Parameters:
    ///   - launch: Its worker count is that of the pool, wherever the runners are.
    ///   - place: Returns the numbers of a worker.
    init(_ launch: Launch, place: @escaping @Sendable (WorkerID) -> WorkerPlace) {
        let modulePath = Environment.nonEmpty("MPIFUTURES_PATH")
        let variables = WorkerEnvironment(launch.workerEnvironment(modulePath: modulePath))
        var common = variables.added(to: Environment.current.withoutRankVariables())
        // UCX, which comes with MPI's library, would write backtraces of its own behind a call's last lines.
        if common["UCX_ERROR_SIGNALS"] == nil { common["UCX_ERROR_SIGNALS"] = "" }
        let library = Runtime.shared.launchedPlugin?.stagedLibrary ?? ""
        // The programs that calls start are not workers of this pool.
        common[WorkerTemplates.variable] = nil
        let templates = launch.templates
        let isSame = launch.executable == OwnCommandLine.executable
        let name = isSame ? OwnCommandLine.arguments.first : nil
        self.init(
            executable: launch.executable,
            words: [name ?? launch.executable] + launch.arguments,
            environment: common,
            ofWorker: { templates.variables(of: place($0)) },
            invocation: { .runner(place($0), library: library) },
            directory: launch.directory
        )
    }
}

extension CallLanguage {
    /// Returns the function that encodes the failure of a call, or of an initializer, that ended its runner.
    ///
    /// - Parameter workerCount: The number of workers of the pool.
    func failureOfLoss(workerCount: Int) -> @Sendable (RunnerLoss, LostCall) -> [UInt8] {
        let host = HostName.current
        return { loss, call in
            self.encode(
                TaskFailure(
                    stage: call.isInitializer ? .initializing : .running,
                    typeName: "",
                    message: loss.text + limit(of: call, for: loss) + loss.remedy,
                    callable: call.definition.map { self.name(of: $0) } ?? "an unknown callable",
                    rank: Rank(of: loss.worker).number,
                    worldSize: workerCount + 1,
                    host: host,
                    end: WorkerEnd(loss.end),
                    lastWords: loss.lastWords
                )
            )
        }
    }

    /// The limit that a call has met, behind the text of the loss; empty if there is none.
    private func limit(of call: LostCall, for loss: RunnerLoss) -> String {
        guard loss.end == .outOfMemory, let bytes = call.definition?.limit.memory, bytes > 0 else { return "" }
        return " (its limit is \(ByteCount.text(bytes)))"
    }
}

extension WorkerEnd {
    fileprivate init(_ end: RunnerLoss.End) {
        switch end {
        case .notStarted, .overwritten: self = .damaged
        case .exited(let status): self = .exited(status: status)
        case .killed(let signal): self = .killed(signal: signal)
        case .outOfMemory: self = .outOfMemory
        // Nobody sees it: the call's future is cancelled.
        case .cancelled: self = .killed(signal: 9)
        case .timedOut(let seconds): self = .timedOut(seconds: seconds)
        }
    }
}
