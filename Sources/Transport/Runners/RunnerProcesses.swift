package import Identities
package import Wire

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
    ///   - bell: The descriptor of the memory of the master's doorbell. It stays open as long as the transport lives.
    ///   - progress: How far the runner is, by which the callee finds calls that must be ended; nil if it ends none.
    func start(_ worker: WorkerID, memory: CInt, bell: CInt, progress: TaskProgress?)

    /// Learns when workers may have calls with a time limit.
    var timer: any CallTiming { get }

    /// Sets the calls of a worker that are to be ended when they run, in place of those set before.
    func setCancelled(_ calls: [CallPlace], on worker: WorkerID)

    /// Kills the process of a worker, and all processes of its group.
    func kill(_ worker: WorkerID)

    /// Ends all processes, and waits until they have ended.
    ///
    /// - Parameter leaving: The workers that have said goodbye, which end by themselves.
    func end(leaving: Set<WorkerID>)
}
