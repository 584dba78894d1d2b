internal import Identities
internal import Transport
internal import Wire

extension Dispatcher {
    func share(_ content: SharedContent, _ value: SharedValueID) {
        guard failure == nil else { return }
        sharing.add(content, value)
        do {
            try sharing.send(value, to: workers.reachable.map(\.id), transport)
            forgetContents()
        } catch {
            lose(error)
        }
    }

    /// Drops the contents of shared values that every worker has received, if no new worker can come.
    func forgetContents() {
        guard workers.hasAllReported, !canRestart else { return }
        sharing.forgetContents(keepsFiles: workers.reachable.contains { transport.opensFiles($0.id) })
    }

    func unshare(_ value: SharedValueID, after queue: TaskQueue) {
        sharing.scheduleRelease(of: value, after: queue, lastFrame: lastSequence)
        forgetUnneeded()
    }

    /// Tells the workers which values no task refers to any more.
    func forgetUnneeded() {
        let unneeded = sharing.takeUnneeded { release in
            guard release.haveAllLeft, !release.queue.hasTriesLeft else { return true }
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
