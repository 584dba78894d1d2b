/// The state that all decoders and containers of one decoding share: the bytes, and the frames of the values that are
/// being decoded.
///
/// Values are read directly from the bytes, without a tree. A container walks its items as they are asked for. The end
/// of a value is known from reading it or from skipping it.
final class DecodingState {
    // One thread decodes, and no access lasts longer than a statement. Dynamic exclusivity checks would take a third of
    // the time of decoding a small value.

    /// The bytes. They are empty when the decoding is over, so that a container that outlives it reads nothing.
    @exclusivity(unchecked) var reader: Reader
    @exclusivity(unchecked) var frames = Stack<DecodingFrame>(capacity: 4)
    /// The keys of those frames that have one, in the same order.
    @exclusivity(unchecked) var keys: [any CodingKey] = []
    @exclusivity(unchecked) var entries = Stack<MapEntry>(capacity: 16)
    @exclusivity(unchecked) private(set) var depthLimit: Int
    @exclusivity(unchecked) private var nextSerial = 0

    /// The keyed containers, to be handed out again.
    @exclusivity(unchecked) var containers = KeptContainers<KeptDecoder>()

    /// The first frame of the `init(from:)` that is running.
    ///
    /// The frames before it wait for its end.
    @exclusivity(unchecked) private var callBase = 0

    @exclusivity(unchecked) private var stackGuard: StackGuard

    init(reader: Reader, depthLimit: Int) {
        self.reader = reader
        self.depthLimit = depthLimit
        stackGuard = StackGuard(depthLimit: depthLimit)
    }

    /// A state of a decoding that has ended.
    private static let spare = SpareState<DecodingState>()
    /// The most map entries that a state has room for that is kept.
    private static let sparedEntries = 1024

    /// Decodes a value, with a state that may have served another decoding.
    static func decode<T: Decodable>(_ type: T.Type, from reader: Reader, depthLimit: Int) throws -> T {
        let state = spare.take() ?? DecodingState(reader: reader, depthLimit: depthLimit)
        state.reader = reader
        state.depthLimit = depthLimit
        state.stackGuard = StackGuard(depthLimit: depthLimit)
        do {
            let value = try state.decodeOutermost(type)
            end(consume state)
            return value
        } catch {
            state.containers.forgetAll()
            throw error
        }
    }

    /// Ends a decoding that has succeeded. The state serves another one if nobody else has it or a container of it.
    /// Serial numbers go on, so that a container never takes a frame for its own that is another's.
    private static func end(_ state: consuming DecodingState) {
        guard state.entries.capacity <= sparedEntries, state.containers.areFree, isKnownUniquelyReferenced(&state)
        else {
            return state.containers.forgetAll()
        }
        spare.keep(state)
    }

    /// Decodes the value that contains all others.
    private func decodeOutermost<T: Decodable>(_ type: T.Type) throws -> T {
        defer { reader = Reader(UnsafeRawBufferPointer(start: nil, count: 0)) }
        var offset = 0
        let value = try decode(type, at: &offset, parent: -1, key: nil, index: 0)
        try reader.expectEnd(at: offset)
        return value
    }

    /// Decodes the value of the item at `offset`, and moves `offset` behind the item.
    func decode<T: Decodable>(
        _ type: T.Type,
        at offset: inout Int,
        parent: Int,
        key: (any CodingKey)?,
        index: Int
    ) throws -> T {
        if let known = KnownType(type) {
            do {
                return try reader.read(type, as: known, at: &offset)
            } catch {
                throw translate(error, type, parent: parent, key: key, index: index)
            }
        }
        let base = frames.count
        let entryBase = entries.count
        let outerBase = callBase
        callBase = base
        defer {
            callBase = outerBase
            for index in base..<frames.count where frames[index].key >= 0 {
                keys.removeLast()
            }
            frames.removeAll(from: base)
            entries.removeAll(from: entryBase)
        }
        let id = try push(at: offset, parent: parent, key: key, index: index, type: type)
        let value = try T(from: ItemDecoder(state: self, id: id))
        // Containers that were opened inside of this value end before it does.
        for frame in stride(from: frames.count &- 1, through: base, by: -1) {
            offset = try finish(frame)
        }
        return value
    }

    /// Adds a frame for the item at `start`.
    func push(
        at start: Int,
        parent: Int,
        key: (any CodingKey)?,
        index: Int,
        type: Any.Type? = nil
    ) throws -> DecodingFrameID {
        let depth = parent < 0 ? 0 : frames[parent].depth &+ 1
        guard stackGuard.allows(depth: depth) else {
            throw located(reader.tooDeep(at: start), parent: parent, key: key, index: index)
        }
        if let key { keys.append(key) }
        nextSerial &+= 1
        let id = DecodingFrameID(index: frames.count, serial: nextSerial)
        frames.append(
            DecodingFrame(
                serial: nextSerial,
                parent: parent,
                depth: depth,
                key: key == nil ? -1 : keys.count &- 1,
                index: index,
                start: start,
                type: type
            )
        )
        return id
    }

    /// Checks that a container is used while its value is being decoded.
    @inline(__always)
    func check(_ id: DecodingFrameID) throws {
        guard id.index >= callBase, id.index < frames.count, frames[id.index].serial == id.serial else {
            throw misplaced()
        }
    }

    func check<Result>(_ id: DecodingFrameID, then body: () throws -> Result) throws -> Result {
        try check(id)
        return try body()
    }

    @inline(never)
    private func misplaced() -> CBORError {
        CBORError(.misuse, "a container is read after its value has been decoded, or while a value in it is")
    }
}

// MARK: - Where values end

extension DecodingState {
    /// Returns the offset behind a frame's data item. Walks the part that has not been read.
    func finish(_ index: Int) throws -> Int {
        if frames[index].end >= 0 { return frames[index].end }
        switch frames[index].kind {
        case .single:
            var end = frames[index].start
            try skip(at: &end, frame: index)
            frames[index].end = end
        case .array:
            while try !atEnd(index) {
                try pass(index)
            }
            frames[index].end = endOfWalked(index)
        case .map:
            while try findEntry(index) {}
            try locating(index) { () throws(CBORError) in try checkKeys(index) }
            frames[index].end = endOfWalked(index)
        }
        return frames[index].end
    }

    /// Returns whether all elements of an array have been walked.
    private func atEnd(_ index: Int) throws -> Bool {
        if let count = frames[index].count { return frames[index].passed == count }
        return try frames[index].openChild < 0 && isBreak(at: frames[index].cursor, frame: index)
    }

    /// Walks over the value at the cursor.
    private func pass(_ index: Int) throws {
        frames[index].cursor = try endOfValueAtCursor(index)
        frames[index].openChild = -1
        frames[index].passed &+= 1
    }

    /// Takes note that the first elements of an array have been read, and of their end.
    @inline(__always)
    func noteElement(_ index: Int, passed: Int, end: Int) {
        guard passed > frames[index].passed else { return }
        frames[index].passed = passed
        frames[index].cursor = end
        frames[index].openChild = -1
    }

    /// Takes note that an element of an array has been opened as a frame of its own.
    func noteElement(_ index: Int, at passed: Int, offset: Int, child: Int) {
        guard passed >= frames[index].passed else { return }
        frames[index].passed = passed
        frames[index].cursor = offset
        frames[index].openChild = child
    }

    /// Takes note of the end of a single value.
    @inline(__always)
    func noteSingle(_ index: Int, end: Int) {
        if frames[index].kind == .single { frames[index].end = end }
    }

    /// Returns the offset behind the value at the cursor of a frame.
    func endOfValueAtCursor(_ index: Int) throws -> Int {
        let child = frames[index].openChild
        if child >= 0 { return try finish(child) }
        var end = frames[index].cursor
        let isArray = frames[index].kind == .array
        try skip(at: &end, frame: index, entry: isArray ? -1 : frames[index].lastEntry)
        return end
    }

    private func endOfWalked(_ index: Int) -> Int {
        // A break, which has been seen, follows the items of an indefinite length.
        frames[index].cursor + (frames[index].count == nil ? 1 : 0)
    }

    /// Moves `offset` behind an item inside a frame that nobody reads.
    ///
    /// - Parameter entry: The entry of the frame's map that contains the item; -1 if there is none.
    func skip(at offset: inout Int, frame: Int, entry: Int = -1) throws {
        do {
            try reader.skip(at: &offset, levels: max(0, depthLimit - frames[frame].depth))
        } catch {
            let key = entry < 0 ? nil : try? key(entries[entry])
            throw located(error, parent: frame, key: key.map { TextKey($0.name) }, index: frames[frame].passed)
        }
    }

    func isBreak(at offset: Int, frame: Int) throws -> Bool {
        try locating(frame) { () throws(CBORError) in try reader.isBreak(at: offset) }
    }
}
