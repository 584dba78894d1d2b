internal import DequeModule
internal import Wire

/// The places of the results of a map. Each element has a slot until its result is taken.
///
/// An endless map stays small: slots are removed from the front as their results are taken. A frame is released with
/// the last of its results.
struct MapSlots {
    /// The place of one element's result, in 8 bytes.
    private struct Slot {
        /// The frame's index in the table, or one of the marks.
        var frame: UInt32
        /// The offset of the result's record.
        var offset: UInt32

        static let empty = Slot(frame: .max, offset: 0)
        static let failed = Slot(frame: .max - 1, offset: 0)
        static let taken = Slot(frame: .max - 2, offset: 0)

        var isEmpty: Bool { frame == .max }
        var isTaken: Bool { frame == .max - 2 }
        /// Whether the slot has a result, and not an error.
        var hasFrame: Bool { frame < .max - 2 }
    }

    /// A frame that holds results.
    private struct Entry {
        var buffer: FrameBuffer?
        /// The number of its results that have not been taken.
        var rest: Int
    }

    private var slots: Deque<Slot> = []
    /// The index of the element of the first slot.
    private var base = 0
    private var frames: [Entry] = []
    /// Indices of the table that are free.
    private var free: [UInt32] = []
    /// The greatest number of slots since there were none.
    private var most = 0
    /// The most empty slots that are kept. Their memory is released beyond that.
    private static let kept = 1 << 16

    /// The number of places in the table: the most frames that have had results at one time.
    var placeCount: Int { frames.count }

    /// The number of elements so far.
    var end: Int { base + slots.count }

    mutating func extend(by count: Int) {
        slots.append(contentsOf: repeatElement(Slot.empty, count: count))
        most = max(most, slots.count)
    }

    /// Returns whether an element has a result or an error that has not been taken.
    func isFilled(_ index: Int) -> Bool { index < end && !slots[index - base].isEmpty }

    /// Returns whether an element has a result that `copy` or `takePlanned` may take.
    func isQuick(_ index: Int) -> Bool {
        guard index < end, slots[index - base].hasFrame else { return false }
        let slot = slots[index - base]
        return frames[Int(slot.frame)].buffer?.isQuickResult(at: Int(slot.offset)) == true
    }

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

    /// Drops all results. Elements that are added later keep counting from the previous ones.
    mutating func removeAll() {
        base = end
        slots = []
        frames = []
        free = []
        most = 0
    }

    mutating func fail(_ index: Int) { slots[index - base] = .failed }

    /// Takes an element's result. Returns nil for an element that has failed.
    mutating func take(_ index: Int) -> Payload? {
        let slot = slots[index - base]
        slots[index - base] = .taken
        dropTaken()
        guard slot.hasFrame, let buffer = frames[Int(slot.frame)].buffer else { return nil }
        release(slot.frame, 1)
        return Payload(buffer: buffer, offset: Int(slot.offset))
    }

    /// Copies results that are trivial values to `place`: those from `index` on that have arrived, and at most `limit`.
    ///
    /// - Parameters:
    ///   - size: The size of one value in bytes. The copying ends at the first result of another size.
    ///   - stride: The distance of two values in `place`, in bytes.
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

    /// Takes results that plans have written and that came in one frame: those from `index` on that have arrived, up to
    /// the first of another kind.
    ///
    /// - Parameter offsets: Receives the offsets of the results' records.
    /// - Returns: The frame and the number of the results; nil if there is no such result.
    mutating func takePlanned(
        from index: Int,
        to offsets: UnsafeMutableBufferPointer<UInt32>
    ) -> (buffer: FrameBuffer, count: Int)? {
        let start = index - base
        let last = min(slots.count, start + offsets.count)
        guard start < last, slots[start].hasFrame else { return nil }
        let number = slots[start].frame
        guard let buffer = frames[Int(number)].buffer else { return nil }
        var position = start
        while position < last, slots[position].frame == number,
            buffer.isPlannedResult(at: Int(slots[position].offset))
        {
            offsets[position - start] = slots[position].offset
            slots[position] = .taken
            position += 1
        }
        if position == start { return nil }
        release(number, position - start)
        dropTaken()
        return (buffer, position - start)
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
