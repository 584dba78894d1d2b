internal import Transport
internal import Wire

extension Dispatcher {
    func share(_ frame: FrameBuffer, _ value: UInt32) {
        guard failure == nil else { return }
        if !workers.hasAllReported || transport.canRestart { sharing.add(frame, value) }
        do {
            for link in workers.reachable {
                try transport.send(frame, to: link.number)
            }
        } catch {
            lose("\(error)")
        }
    }

    func unshare(_ value: UInt32, after queue: TaskQueue) {
        sharing.scheduleRelease(of: value, after: queue, lastFrame: lastSequence)
        forgetUnneeded()
    }

    /// Tells the workers which values no task refers to any more.
    func forgetUnneeded() {
        let unneeded = sharing.takeUnneeded { release in
            guard release.haveAllLeft else { return true }
            return workers.framesInFlight.contains {
                // Sequence numbers begin anew after 2^32 frames.
                $0.queue === release.queue && Int32(bitPattern: release.lastFrame &- $0.sequence) >= 0
            }
        }
        guard failure == nil else { return }
        for value in unneeded {
            for link in workers.reachable {
                try? transport.send(MasterFrame.unshareFrame(value: value), to: link.number)
            }
        }
    }
}
