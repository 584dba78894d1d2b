internal import Identities
package import Waiting
package import Wire

/// A worker's connection to frames that are there already, in place of a master.
///
/// The worker gets the frames in their order, and then a goodbye.
package final class ReplayTransport: WorkerTransport {
    private let bell = LocalDoorbell()
    private var frames: ArraySlice<FrameBuffer>
    private var saidGoodbye = false
    /// What the worker has sent.
    package private(set) var answers: [FrameBuffer] = []

    package init(_ frames: [FrameBuffer]) { self.frames = frames[...] }

    package var doorbell: Doorbell { bell.bell }
    package var waiting: Backoff.Limits { .everybodyRings }
    package var isSending: Bool { false }
    package var movesArrays: Bool { true }
    package var traffic: Backoff.Traffic { .none }

    package func send(_ frame: FrameBuffer) { answers.append(frame) }

    package func poll() -> FrameBuffer? {
        if let next = frames.popFirst() { return next }
        guard !saidGoodbye else { return nil }
        saidGoodbye = true
        return MasterFrame.goodbyeFrame()
    }

    package func shutDown() {}
}
