internal import Transport
internal import Wire

/// Values that tasks refer to by number: who has them, and until when they are needed.
///
/// A value is sent once to each worker, before any task that refers to it. It is forgotten when its last handle is gone
/// and every task that was queued before that has been answered.
struct Sharing {
    /// A value that is to be forgotten.
    struct Farewell {
        let value: UInt32
        let queue: TaskQueue
        /// The tasks of the queue that may refer to it: so many, from the first on.
        let tasks: Int
        /// The last frame that may hold such a task.
        var lastFrame: UInt32
        /// Whether such tasks are still queued.
        var isOpen: Bool
    }

    /// Values by number, as long as there may be workers that have not got them.
    private(set) var values: [UInt32: FrameBuffer] = [:]
    private(set) var farewells: [Farewell] = []

    mutating func add(_ frame: FrameBuffer, _ value: UInt32) { values[value] = frame }

    /// Tasks have come back to their queues.
    mutating func reopen() {
        for index in farewells.indices { farewells[index].isOpen = !farewells[index].haveAllLeft }
    }

    /// Every worker has all values by now.
    mutating func forgetContents() { values = [:] }

    /// A frame with tasks of `queue` is going out.
    mutating func noteSent(_ sequence: UInt32, from queue: TaskQueue) {
        guard !farewells.isEmpty else { return }
        for index in farewells.indices where farewells[index].queue === queue && farewells[index].isOpen {
            farewells[index].lastFrame = sequence
            farewells[index].isOpen = !farewells[index].haveAllLeft
        }
    }

    mutating func sayFarewell(to value: UInt32, after queue: TaskQueue, lastFrame: UInt32) {
        let progress = queue.progress
        farewells.append(
            Farewell(
                value: value,
                queue: queue,
                tasks: progress.appended,
                lastFrame: lastFrame,
                isOpen: progress.taken < progress.appended
            )
        )
    }

    /// Takes out the values for which `isNeeded` does not hold any more.
    mutating func takeUnneeded(_ isNeeded: (Farewell) -> Bool) -> [UInt32] {
        guard !farewells.isEmpty else { return [] }
        let gone = farewells.filter { !isNeeded($0) }.map(\.value)
        farewells.removeAll { gone.contains($0.value) }
        for value in gone { values[value] = nil }
        return gone
    }

    func introduce(to worker: Int, _ transport: any MasterTransport) throws {
        for value in values.keys.sorted() {
            if let frame = values[value] { try transport.send(frame, to: worker) }
        }
    }
}

extension Sharing.Farewell {
    /// Whether all such tasks have left the queue.
    var haveAllLeft: Bool { queue.progress.taken >= tasks }
}

extension Dispatcher {
    func share(_ frame: FrameBuffer, _ value: UInt32) {
        guard failure == nil else { return }
        if reported < links.count || transport.canRestart { sharing.add(frame, value) }
        do {
            for link in links where link.identity != nil && !link.saidGoodbye {
                try transport.send(frame, to: link.number)
            }
        } catch {
            lose("\(error)")
        }
    }

    func unshare(_ value: UInt32, after queue: TaskQueue) {
        sharing.sayFarewell(to: value, after: queue, lastFrame: lastSequence)
        forgetUnneeded()
    }

    /// Tells the workers which values no task refers to any more.
    func forgetUnneeded() {
        let unneeded = sharing.takeUnneeded { farewell in
            guard farewell.haveAllLeft else { return true }
            return links.contains { link in
                link.frames.contains {
                    // Sequence numbers begin anew after 2^32 frames.
                    $0.queue === farewell.queue && Int32(bitPattern: farewell.lastFrame &- $0.sequence) >= 0
                }
            }
        }
        guard failure == nil else { return }
        for value in unneeded {
            for link in links where link.identity != nil && !link.saidGoodbye {
                try? transport.send(MasterFrame.unshareFrame(value: value), to: link.number)
            }
        }
    }
}
