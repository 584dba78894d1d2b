internal import Identities
internal import Transport
internal import Wire

extension Dispatcher {
    func share(_ frame: FrameBuffer, _ value: SharedValueID) {
        guard failure == nil else { return }
        if !workers.hasAllReported || canRestart { sharing.add(frame, value) }
        do {
            for link in workers.reachable {
                try transport.send(frame, to: link.id)
            }
        } catch {
            lose(error)
        }
    }

    func unshare(_ value: SharedValueID, after queue: TaskQueue) {
        sharing.scheduleRelease(of: value, after: queue, lastFrame: lastSequence)
        forgetUnneeded()
    }

    /// Tells the workers which values no task refers to any more.
    func forgetUnneeded() {
        let unneeded = sharing.takeUnneeded { release in
            guard release.haveAllLeft else { return true }
            return workers.framesInFlight.contains {
                $0.queue === release.queue && !$0.sequence.isLater(than: release.lastFrame)
            }
        }
        guard failure == nil else { return }
        for value in unneeded {
            for link in workers.reachable {
                try? transport.send(MasterFrame.unshareFrame(value: value), to: link.id)
            }
        }
    }
}
