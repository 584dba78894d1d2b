/// One value that is being encoded, or one container that the user's code has opened in it.
struct EncodingFrame: BitwiseCopyable {
    enum Kind: BitwiseCopyable {
        /// An encoder whose container has not been asked for yet.
        case undecided
        /// One value instead of a container.
        case single
        case array
        case map
    }

    /// A number that no other frame of the same encoding has or had.
    let serial: Int

    /// The index of the frame around this one; -1 for the outermost.
    let parent: Int

    let depth: Int

    /// The index of this value's key in `EncodingState.keys`; -1 if the value is an element of an array, or the
    /// container itself.
    ///
    /// The key is stored separately, because a frame without references is cheaper to add and to remove.
    let key: Int

    /// The index of this value in the container around it.
    let index: Int

    /// The type that is encoded, if it has an `encode(to:)` of its own.
    let type: Any.Type?

    var kind = Kind.undecided

    /// The number of its elements or entries so far.
    var count = 0

    /// The place of the head of the array or map.
    var headStrand = 0
    var head = 0

    /// The strand that continues this frame's content.
    var strand: Int

    /// Whether writing may continue at the end of the strand, perhaps after open frames inside are closed.
    var isOpen = true

    /// The end of this frame's content in its strand, once the frame is closed.
    var end = 0

    /// Whether the "break" that ends an indefinite length has been written.
    var hasBreak = false

    /// Whether nothing has been written for this value yet.
    var isVacant: Bool { count == 0 && (kind == .undecided || kind == .single) }
}

/// The reference of a container to its frame: an index, and a serial number, since indices are used again.
struct EncodingFrameID {
    let index: Int
    let serial: Int

    /// The frame of a container that could not be opened. Writing to it throws.
    static let none = EncodingFrameID(index: -1, serial: -1)
}
