internal import Identities
internal import Linux
internal import Worker

/// The worker that makes a call: its number among all workers, and among those of its host.
///
/// ```swift
/// struct Train: RemoteCallable {
///     var epochs: Int
///     func callAsFunction() throws -> Double {
///         let worker = try WorkerInfo.current
///         return train(epochs, device: worker.localNumber)
///     }
/// }
/// ```
///
/// The numbers stay with the worker for as long as its executor lives. A process that takes the place of another one has
/// the same numbers. For variables of the environment that have the numbers, see
/// ``ExecutorOptions/workerEnvironment``.
public struct WorkerInfo: Hashable, Sendable {
    /// The worker's number, from 0. It is the worker's rank in ``Communicator/workers``, where there is one.
    public let number: Int

    /// The number of workers.
    public let count: Int

    /// The worker's number among the workers of its host, from 0.
    public let localNumber: Int

    /// The number of workers on its host.
    public let localCount: Int

    /// The number of the worker's host, from 0. Hosts are numbered in the order of their first workers.
    public let hostNumber: Int

    /// The number of hosts that have workers.
    public let hostCount: Int

    /// The name of the worker's host.
    public let host: String

    init(_ place: WorkerPlace) {
        number = place.number
        count = place.count
        localNumber = place.localNumber
        localCount = place.localCount
        hostNumber = place.hostNumber
        hostCount = place.hostCount
        host = HostName.current
    }

    /// The worker that makes the running call.
    ///
    /// - Throws: `ExecutorError` outside of calls.
    public static var current: WorkerInfo {
        get throws {
            guard let scope = TaskScope.current else {
                throw ExecutorError(.notAllowed, "WorkerInfo.current can be used only inside a call; use it there")
            }
            return WorkerInfo(scope.place)
        }
    }
}
