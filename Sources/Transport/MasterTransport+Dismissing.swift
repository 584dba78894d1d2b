internal import Identities
internal import Waiting
internal import Wire

extension MasterTransport {
    /// Dismisses workers that will get no task, and releases the resources of the transport.
    ///
    /// The function says goodbye to all workers and waits until they have answered. It drops all else that they send.
    /// It does not wait for workers that the transport ends anyway.
    ///
    /// - Returns: Whether all workers have answered.
    @discardableResult
    package func dismissWorkers(within timeout: Duration = .seconds(10)) -> Bool {
        defer { shutDown() }
        guard !capabilities.contains(.endingWorkers) else { return false }
        let deadline = Instant.after(timeout)
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
                    doorbell.idle(&backoff, traffic)
                }
            }
            return true
        } catch {
            return false
        }
    }
}
