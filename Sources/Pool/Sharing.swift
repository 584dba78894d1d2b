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

    /// Contents by number. They are kept while a worker may lack them, and files until their values are released.
    private(set) var values: [SharedValueID: SharedContent] = [:]
    private(set) var releases: [PendingRelease] = []

    mutating func add(_ content: SharedContent, _ value: SharedValueID) { values[value] = content }

    /// Takes note that tasks have returned to their queues.
    mutating func reopen() {
        for index in releases.indices { releases[index].isOpen = !releases[index].haveAllLeft }
    }

    /// Drops the contents that no worker needs any more, since every worker has received them.
    ///
    /// - Parameter keepsFiles: Whether workers may still have to open the files of contents.
    mutating func forgetContents(keepsFiles: Bool) { values = keepsFiles ? values.filter(\.value.isFile) : [:] }

    /// Takes note of a frame with tasks of `queue`.
    ///
    /// - Parameter isAgain: Whether the frame has a task that was sent before. It may need any value.
    mutating func noteSent(_ sequence: FrameSequence, from queue: TaskQueue, isAgain: Bool = false) {
        guard !releases.isEmpty else { return }
        for index in releases.indices where releases[index].queue === queue && (releases[index].isOpen || isAgain) {
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

    /// Sends all values to a worker that is new.
    func introduce(to worker: WorkerID, _ transport: any MasterTransport) throws {
        for value in values.keys.sorted() { try send(value, to: [worker], transport) }
    }

    /// Sends a value to workers. All workers that get its bytes in a frame get the same frame.
    func send(_ value: SharedValueID, to workers: [WorkerID], _ transport: any MasterTransport) throws {
        guard let content = values[value] else { return }
        var frames: [Bool: FrameBuffer] = [:]
        for worker in workers {
            let opensFiles = transport.opensFiles(worker)
            let frame = try frames[opensFiles] ?? content.frame(opensFiles: opensFiles)
            frames[opensFiles] = frame
            try transport.send(frame, to: worker)
        }
    }
}

extension Sharing.PendingRelease {
    /// Whether all such tasks have left the queue.
    var haveAllLeft: Bool { queue.progress.taken >= tasks }
}
