package import Identities

/// The place of a call among those that were sent to a worker.
package struct CallPlace: Equatable, Sendable {
    package let frame: FrameSequence
    /// The call's number within the frame. A process that got the rest of a frame counts from the rest's first call.
    package let index: Int

    package init(frame: FrameSequence, index: Int) {
        self.frame = frame
        self.index = index
    }
}
