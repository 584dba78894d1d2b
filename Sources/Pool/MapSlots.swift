internal import DequeModule
internal import Wire

/// Where the results of a map lie: one slot for each element, as long as its result has not been taken.
///
/// An endless map stays small: slots go from the front as the results in them are taken, and a frame with the last of
/// its results.
struct MapSlots {
    /// Where one element's result lies. 8 bytes.
    private struct Slot {
        /// The frame's place in the table, or one of the marks.
        var frame: UInt32
        /// Where the result's record begins.
        var offset: UInt32

        static let empty = Slot(frame: .max, offset: 0)
        static let failed = Slot(frame: .max - 1, offset: 0)
        static let taken = Slot(frame: .max - 2, offset: 0)

        var isEmpty: Bool { frame == .max }
        var isTaken: Bool { frame == .max - 2 }
        /// Whether there is a result, and not an error.
        var hasFrame: Bool { frame < .max - 2 }
    }

    /// A frame that results lie in.
    private struct Entry {
        var buffer: FrameBuffer?
        /// How many of its results have not been taken.
        var rest: Int
    }

    private var slots: Deque<Slot> = []
    /// The element that the first slot belongs to.
    private var base = 0
    private var frames: [Entry] = []
    /// Places in the table that are free again.
    private var free: [UInt32] = []
    /// The most slots that there have been since there were none.
    private var most = 0
    /// More empty slots than this are given back.
    private static let kept = 1 << 16

    /// The number of places in the table: the most frames that have had results at one time.
    var placeCount: Int { frames.count }

    /// The number of elements so far.
    var end: Int { base + slots.count }

    mutating func extend(by count: Int) {
        slots.append(contentsOf: repeatElement(Slot.empty, count: count))
        most = max(most, slots.count)
    }

    /// Whether an element's result, or error, is there and has not been taken before it.
    func isFilled(_ index: Int) -> Bool { index < end && !slots[index - base].isEmpty }

    /// Fills the slots from `first` on with the records of `buffer` that begin at `offsets`.
    mutating func fill(first: Int, buffer: FrameBuffer, offsets: UnsafeBufferPointer<UInt32>) {
        let entry = Entry(buffer: buffer, rest: offsets.count)
        let number: UInt32
        if let place = free.popLast() {
            number = place
            frames[Int(place)] = entry
        } else {
            number = UInt32(frames.count)
            frames.append(entry)
        }
        var position = first - base
        for offset in offsets {
            slots[position] = Slot(frame: number, offset: offset)
            position += 1
        }
    }

    /// Drops all results. Elements that are added later begin behind those that there were.
    mutating func removeAll() {
        base = end
        slots = []
        frames = []
        free = []
        most = 0
    }

    mutating func fail(_ index: Int) { slots[index - base] = .failed }

    /// Takes an element's result; nil for one that has failed.
    mutating func take(_ index: Int) -> Payload? {
        let slot = slots[index - base]
        slots[index - base] = .taken
        dropTaken()
        guard slot.hasFrame, let buffer = frames[Int(slot.frame)].buffer else { return nil }
        release(slot.frame, 1)
        return Payload(buffer: buffer, offset: Int(slot.offset))
    }

    /// Takes the results from `index` on that are trivial values, by copying them to `place`, as many as are there and
    /// `limit` at most.
    ///
    /// - Parameters:
    ///   - size: The bytes of one value. A result of another size is not taken, and none behind it.
    ///   - stride: From one value to the next in `place`.
    mutating func copy(from index: Int, limit: Int, to place: UnsafeMutableRawPointer, size: Int, stride: Int) -> Int {
        let start = index - base
        var position = start
        let last = min(slots.count, position + limit)
        var place = place
        while position < last, slots[position].hasFrame {
            let number = slots[position].frame
            guard let buffer = frames[Int(number)].buffer else { break }
            let first = position
            while position < last, slots[position].frame == number,
                buffer.copyTrivialResult(at: Int(slots[position].offset), to: place, size)
            {
                slots[position] = .taken
                position += 1
                place += stride
            }
            if position == first { break }
            release(number, position - first)
        }
        dropTaken()
        return position - start
    }

    private mutating func dropTaken() {
        var count = 0
        while count < slots.count, slots[count].isTaken { count += 1 }
        if count == 0 { return }
        slots.removeFirst(count)
        base += count
        guard slots.isEmpty else { return }
        if most > Self.kept { slots = [] }
        most = 0
    }

    private mutating func release(_ number: UInt32, _ count: Int) {
        frames[Int(number)].rest -= count
        guard frames[Int(number)].rest == 0 else { return }
        frames[Int(number)].buffer = nil
        free.append(number)
    }
}
