package import Identities
package import Transport
package import Wire

/// What becomes of the calls of workers that are lost one by one, and who hears of it.
package struct OutageHandling: Sendable {
    /// Returns the encoding of a `TaskFailure` for a call, or for an initializer, of a lost worker. The callable is nil
    /// if it was never defined.
    let failure: @Sendable (WorkerOutage, WorkerIdentity, CallableDefinition?) -> [UInt8]
    /// Called by the dispatcher's thread for each host whose workers are lost.
    let report: @Sendable (HostOutage) -> Void

    package init(
        failure: @escaping @Sendable (WorkerOutage, WorkerIdentity, CallableDefinition?) -> [UInt8] = { _, _, _ in [] },
        report: @escaping @Sendable (HostOutage) -> Void = { _ in }
    ) {
        self.failure = failure
        self.report = report
    }
}

/// The loss of workers of one host.
package struct HostOutage: Equatable, Sendable {
    /// The host's name; nil if the workers had not reported.
    package let host: String?
    /// The numbers of the lost workers.
    package let workers: [WorkerID]
    package let cause: WorkerOutage.Cause
    /// The number of workers that go on.
    package let left: Int
    /// Whether nobody needs the workers any more, since they were told to leave.
    package let isLeaving: Bool
}

extension HostOutage: CustomStringConvertible {
    /// What has happened, what comes of it, and what the user can do, in one line.
    package var description: String {
        let count = workers.count == 1 ? "its worker is" : "its \(workers.count) workers are"
        let begin = "host \(host ?? "unknown") is \(cause): \(count) given up"
        guard left > 0 else {
            return begin
                + ", and no other is left; start the run again without this host; a journal keeps what was done"
        }
        return begin + ", and \(left == 1 ? "1 other goes" : "\(left) others go") on"
    }
}
