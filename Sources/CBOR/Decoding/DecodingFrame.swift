/// One value that is being decoded, or one container that the user's code has opened in it.
struct DecodingFrame: BitwiseCopyable {
    enum Kind: BitwiseCopyable {
        /// A decoder of which no container has been asked for yet, or a single value.
        case single
        case array
        case map
    }

    /// Tells this frame from every other of the same decoding, past ones included.
    let serial: Int

    /// The index of the frame around this one; -1 for the outermost.
    let parent: Int

    let depth: Int

    /// The place of this value's key in `DecodingState.keys`; -1 if it is an array's element or the container itself.
    ///
    /// The key is not kept here because a frame without references is cheaper to add and to remove.
    let key: Int

    /// The index of this value in the array around it.
    let index: Int

    /// Where the value's data item starts, its tags included.
    let start: Int

    /// The type that is decoded, if it has an `init(from:)` of its own.
    let type: Any.Type?

    /// Where it ends; -1 as long as that is not known.
    var end = -1

    var kind = Kind.single

    /// The number of elements or entries; `nil` if the length is indefinite.
    var count: Int?

    /// How many elements or entries `cursor` stands behind.
    var passed = 0

    /// The offset up to which the array or map has been walked.
    var cursor = 0

    /// The frame of the value at the cursor, if it has been opened and its end is not known yet; else -1.
    ///
    /// That value is of an array the next element, of a map what belongs to the last entry found.
    var openChild = -1

    /// A map's last entry has been found, but its value has not been walked: the cursor stands before it.
    var isBeforeValue = false

    // The entries of a map that have been found so far, as a list in `DecodingState.entries`.
    var firstEntry = -1
    var lastEntry = -1
    /// The entry that was asked for last: the one behind it is likely to be asked for next.
    var recentEntry = -1
}

/// How a container recognises its frame: by place and, since places are used again, by serial number.
struct DecodingFrameID {
    let index: Int
    let serial: Int
}

/// An entry of a map: where its key and its value are.
struct MapEntry: BitwiseCopyable {
    /// Where the key's text starts or, if the key is not plain text, where its data item does.
    let key: Int

    /// The length of the key's text in bytes; -1 if the key is an integer, text in chunks or something else.
    let keyLength: Int

    let value: Int

    /// The key has been asked for, so it is known to be UTF-8.
    var isKnown = false

    /// The next entry of the same map in `DecodingState.entries`; -1 behind the last one found.
    var next = -1
}
