/// One value that is being encoded, or one container that the user's code has opened in it.
struct EncodingFrame: BitwiseCopyable {
    enum Kind: BitwiseCopyable {
        /// An encoder of which no container has been asked for yet.
        case undecided
        /// One value in the place of a container.
        case single
        case array
        case map
    }

    /// Tells this frame from every other of the same encoding, past ones included.
    let serial: Int

    /// The index of the frame around this one; -1 for the outermost.
    let parent: Int

    let depth: Int

    /// The place of this value's key in `EncodingState.keys`; -1 if it is an array's element or the container itself.
    ///
    /// The key is not kept here because a frame without references is cheaper to add and to remove.
    let key: Int

    /// The index of this value in the container around it.
    let index: Int

    /// The type that is encoded, if it has an `encode(to:)` of its own.
    let type: Any.Type?

    var kind = Kind.undecided

    /// How many elements or entries it has so far.
    var count = 0

    /// Where the head of the array or map is.
    var headStrand = 0
    var head = 0

    /// The strand that goes on with this frame's content.
    var strand: Int

    /// Whether writing may go on at the end of the strand, perhaps after open frames inside were closed.
    var isOpen = true

    /// Where this frame's content ends in its strand, once it is closed.
    var end = 0

    /// Whether the "break" that ends an indefinite length has been written.
    var hasBreak = false

    /// Whether this is a value in whose place nothing has been written yet.
    var isVacant: Bool { count == 0 && (kind == .undecided || kind == .single) }
}

/// How a container recognises its frame: by place and, since places are used again, by serial number.
struct EncodingFrameID {
    let index: Int
    let serial: Int

    /// The frame of a container that could not be opened: writing to it throws.
    static let none = EncodingFrameID(index: -1, serial: -1)
}
