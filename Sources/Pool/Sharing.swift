internal import Identities
internal import Transport
internal import Wire

/// The values that tasks refer to by number: which workers have them, and how long they are needed.
///
/// A value is sent once to each worker, before any task that refers to it. It is released when its last handle is gone
/// and every task that was queued before has been answered.
struct Sharing {
    /// A value that is to be released.
    struct PendingRelease {
        let value: SharedValueID
        let queue: TaskQueue
        /// The number of tasks of the queue, from the first one ever, that may refer to the value.
        let tasks: Int
        /// The last frame that may contain such a task.
        var lastFrame: FrameSequence
        /// Whether such tasks are still queued.
        var isOpen: Bool
    }

    /// Values by number. They are kept while a worker may lack them.
    private(set) var values: [SharedValueID: FrameBuffer] = [:]
    private(set) var releases: [PendingRelease] = []

    mutating func add(_ frame: FrameBuffer, _ value: SharedValueID) { values[value] = frame }

    /// Takes note that tasks have returned to their queues.
    mutating func reopen() {
        for index in releases.indices { releases[index].isOpen = !releases[index].haveAllLeft }
    }

    /// Drops the contents of the values: every worker has received them.
    mutating func forgetContents() { values = [:] }

    /// Takes note of a frame with tasks of `queue`.
    mutating func noteSent(_ sequence: FrameSequence, from queue: TaskQueue) {
        guard !releases.isEmpty else { return }
        for index in releases.indices where releases[index].queue === queue && releases[index].isOpen {
            releases[index].lastFrame = sequence
            releases[index].isOpen = !releases[index].haveAllLeft
        }
    }

    mutating func scheduleRelease(of value: SharedValueID, after queue: TaskQueue, lastFrame: FrameSequence) {
        let progress = queue.progress
        releases.append(
            PendingRelease(
                value: value,
                queue: queue,
                tasks: progress.appended,
                lastFrame: lastFrame,
                isOpen: progress.taken < progress.appended
            )
        )
    }

    /// Removes the values for which `isNeeded` does not hold, and returns their numbers.
    mutating func takeUnneeded(_ isNeeded: (PendingRelease) -> Bool) -> [SharedValueID] {
        guard !releases.isEmpty else { return [] }
        let gone = releases.filter { !isNeeded($0) }.map(\.value)
        releases.removeAll { gone.contains($0.value) }
        for value in gone { values[value] = nil }
        return gone
    }

    func introduce(to worker: WorkerID, _ transport: any MasterTransport) throws {
        for value in values.keys.sorted() {
            if let frame = values[value] { try transport.send(frame, to: worker) }
        }
    }
}

extension Sharing.PendingRelease {
    /// Whether all such tasks have left the queue.
    var haveAllLeft: Bool { queue.progress.taken >= tasks }
}
