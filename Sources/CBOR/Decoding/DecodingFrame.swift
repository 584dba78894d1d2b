/// One value that is being decoded, or one container that the user's code has opened in it.
struct DecodingFrame: BitwiseCopyable {
    enum Kind: BitwiseCopyable {
        /// A decoder whose container has not been asked for yet, or a single value.
        case single
        case array
        case map
    }

    /// A number that no other frame of the same decoding has or had.
    let serial: Int

    /// The index of the frame around this one; -1 for the outermost.
    let parent: Int

    let depth: Int

    /// The index of this value's key in `DecodingState.keys`; -1 if the value is an element of an array, or the
    /// container itself.
    ///
    /// The key is stored separately, because a frame without references is cheaper to add and to remove.
    let key: Int

    /// The index of this value in the array around it.
    let index: Int

    /// The offset of the value's data item, with its tags.
    let start: Int

    /// The type that is decoded, if it has an `init(from:)` of its own.
    let type: Any.Type?

    /// The offset behind the data item; -1 while it is not known.
    var end = -1

    var kind = Kind.single

    /// The number of elements or entries; `nil` if the length is indefinite.
    var count: Int?

    /// The number of elements or entries before `cursor`.
    var passed = 0

    /// The offset up to which the array or map has been walked.
    var cursor = 0

    /// The frame of the value at the cursor, if it has been opened and its end is not known yet; else -1.
    ///
    /// In an array that value is the next element; in a map it belongs to the last entry found.
    var openChild = -1

    /// Whether the last entry of a map has been found but its value has not been walked. The cursor is before the
    /// value.
    var isBeforeValue = false

    // The entries of a map that have been found, as a linked list in `DecodingState.entries`.
    var firstEntry = -1
    var lastEntry = -1
    /// The entry that was asked for last. The next one is likely to be asked for next.
    var recentEntry = -1
}

/// The reference of a container to its frame: an index, and a serial number, since indices are used again.
struct DecodingFrameID {
    let index: Int
    let serial: Int
}

/// An entry of a map: the places of its key and its value.
struct MapEntry: BitwiseCopyable {
    /// The offset of the key's text, or of the key's data item if the key is not plain text.
    let key: Int

    /// The length of the key's text in bytes; -1 if the key is an integer, text in chunks or something else.
    let keyLength: Int

    let value: Int

    /// Whether the key has been asked for, so that it is known to be UTF-8.
    var isKnown = false

    /// The next entry of the same map in `DecodingState.entries`; -1 behind the last one found.
    var next = -1
}
