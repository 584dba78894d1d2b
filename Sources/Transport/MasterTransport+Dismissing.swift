internal import Identities
internal import Waiting
internal import Wire

extension MasterTransport {
    /// Lets workers go that nobody will give a task, and gives the transport's resources back.
    ///
    /// Says goodbye to all workers, and waits until they have answered; what else they send is dropped. Workers that the
    /// transport ends anyway are not waited for.
    ///
    /// - Returns: Whether all of them have answered.
    @discardableResult
    package func dismissWorkers(within patience: Duration = .seconds(10)) -> Bool {
        defer { shutDown() }
        guard !endsWorkers else { return false }
        let deadline = Instant.after(patience)
        var backoff = Backoff(waiting)
        var goodbyes = 0
        do {
            for worker in 0..<workerCount { try send(MasterFrame.goodbyeFrame(), to: WorkerID(worker)) }
            while goodbyes < workerCount || isSending {
                if let (_, frame) = try poll() {
                    if frame.bytes.first == WorkerFrameKind.goodbye.rawValue { goodbyes += 1 }
                    backoff.reset()
                } else {
                    guard Instant.now < deadline else { return false }
                    doorbell.pause(backoff.idle())
                }
            }
            return true
        } catch {
            return false
        }
    }
}
