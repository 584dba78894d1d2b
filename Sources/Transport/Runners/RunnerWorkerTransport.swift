internal import Glibc
package import Linux
package import Waiting
package import Wire

/// A runner's end of the memory that it shares with its master.
///
/// The conformance to `Sendable` is unchecked because one thread serves.
package final class RunnerWorkerTransport: WorkerTransport, @unchecked Sendable {
    private let memory: RunnerMemory
    private let master: MasterBell
    private var outgoing: OutgoingFrames
    private var incoming: IncomingFrames
    package let progress: TaskProgress?

    /// Takes over the descriptors with which the master has started this process.
    package init(memory: CInt, bell: CInt) throws(SystemError) {
        self.memory = try RunnerMemory.open(memory)
        master = try MasterBell.open(bell, offset: self.memory.bellOffset)
        master.hideFromChildren()
        close(memory)
        close(bell)
        outgoing = OutgoingFrames(self.memory.toMaster)
        incoming = IncomingFrames(self.memory.toRunner)
        progress = self.memory.progress
    }

    package var doorbell: Doorbell { memory.bell }
    package var waiting: Backoff.Limits { .everybodyRings }
    package var isSending: Bool { !outgoing.isEmpty }
    package var movesArrays: Bool { true }
    package var traffic: Backoff.Traffic {
        if incoming.isInFrame { return .incoming }
        return isSending ? .outgoing : .none
    }

    package func send(_ frame: FrameBuffer) throws {
        try outgoing.send(frame)
        master.doorbell.ring()
    }

    package func poll() throws -> FrameBuffer? {
        if isSending, try outgoing.flush() { master.doorbell.ring() }
        return try incoming.next { master.doorbell.ring() }
    }

    package func shutDown() {}
}
