package import Identities
package import Linux
package import Wire

/// The end of a runner that the master had not asked for.
package struct RunnerLoss: Sendable {
    /// How the process ended.
    package enum End: Equatable, Sendable {
        /// It could not be started.
        case notStarted(SystemError.Code)
        /// It called `exit`, or returned from `main`.
        case exited(status: Int)
        case killed(signal: Int)
        /// The master ended it, since a call took longer than it may.
        case timedOut(seconds: Double)
        /// The master ended it, since its memory held what no runner writes.
        case overwritten(String)
    }

    package let worker: WorkerID
    package var end: End
    /// The last lines that the process wrote to standard error; empty if there are none.
    package var lastWords: String

    package init(worker: WorkerID, end: End, lastWords: String = "") {
        self.worker = worker
        self.end = end
        self.lastWords = lastWords
    }
}

/// The call that ended its runner.
package struct LostCall: Sendable {
    /// Nil if the callable was never defined.
    package let definition: CallableDefinition?
    /// Whether the call was an executor's initializer.
    package var isInitializer = false
}

/// Starts, watches and ends the processes of runners. `RunnerMasterTransport` is told of their ends.
package protocol RunnerProcesses: AnyObject, Sendable {
    /// Starts the process of a worker.
    ///
    /// - Parameters:
    ///   - memory: The descriptor of the memory that the runner shares with its master. The callee closes it.
    ///   - bell: The descriptor of the master's doorbell.
    func start(_ worker: WorkerID, memory: CInt, bell: CInt)

    /// Kills the process of a worker, and all processes of its group.
    func kill(_ worker: WorkerID)

    /// Ends all processes, and waits until they have ended.
    ///
    /// - Parameter leaving: The workers that have said goodbye, which end by themselves.
    func end(leaving: Set<WorkerID>)
}

extension RunnerLoss {
    /// What happened, as the continuation of a sentence whose subject is a worker or a call.
    package var text: String {
        switch end {
        case .notStarted(let reason): "could not be started: \(reason)"
        case .exited(let status): "called exit(\(status))"
        case .killed(let signal): "was killed by \(SignalName.of(signal))"
        case .timedOut(let seconds): "took longer than \(seconds) s"
        case .overwritten(let reason): "overwrote memory of its worker (\(reason))"
        }
    }
}
