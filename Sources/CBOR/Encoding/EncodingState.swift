/// The state that all encoders and containers of one encoding share: the output, and the frames of the values that are
/// being encoded.
///
/// Values are written directly to the output. A container's head is one byte, which is set when the container is
/// closed. It has the number of elements if that is less than 24; otherwise the length is indefinite, and a "break"
/// ends it. So nothing that has been written ever moves.
///
/// `Codable` allows writes to containers in any order, even to an array after a later one has begun. Such late content
/// goes to a *strand*, a separate piece of output. The strands are joined at the end.
final class EncodingState {
    // One thread encodes, and no access lasts longer than a statement. Dynamic exclusivity checks would take a third of
    // the time of encoding a small value.
    @exclusivity(unchecked) var output: Output
    @exclusivity(unchecked) var frames = Stack<EncodingFrame>(capacity: 4)

    /// The keys of those frames that have one, in the same order.
    @exclusivity(unchecked) var keys: [any CodingKey] = []

    /// The index and the serial number of the frame that can be written to at once; -1 if there is none.
    @exclusivity(unchecked) var current = -1
    @exclusivity(unchecked) var currentSerial = -1

    /// The strands, empty as long as there is only one; the content of the active one is in the output.
    @exclusivity(unchecked) private var strands: [Strand] = []
    @exclusivity(unchecked) private var activeStrand = 0

    @exclusivity(unchecked) private var nextSerial = 0

    /// The keyed containers, to be handed out again.
    @exclusivity(unchecked) var containers = KeptContainers<KeptEncoder>()
    @exclusivity(unchecked) private var stackGuard: StackGuard

    /// The first error of a function that cannot throw. The encoding fails with it at the end.
    private(set) var failure: CBORError?

    /// The out-of-band arrays; nil if all arrays are written into the encoding.
    @exclusivity(unchecked) private(set) var outOfBand: OutOfBandArrays?

    init(output: consuming Output, depthLimit: Int, outOfBand: OutOfBandArrays? = nil) {
        self.output = output
        self.outOfBand = outOfBand
        stackGuard = StackGuard(depthLimit: depthLimit)
    }

    /// A state of an encoding that has ended.
    private static let spare = SpareState<EncodingState>()

    /// Returns a state for an encoding, which may be one that has served another.
    static func begin(output: consuming Output, depthLimit: Int, outOfBand: OutOfBandArrays?) -> EncodingState {
        guard let state = spare.take() else {
            return EncodingState(output: output, depthLimit: depthLimit, outOfBand: outOfBand)
        }
        state.output = output
        state.outOfBand = outOfBand
        state.stackGuard = StackGuard(depthLimit: depthLimit)
        return state
    }

    /// Ends an encoding that has succeeded. The state serves another one if nobody else has it or a container of it.
    /// Serial numbers go on, so that a container never takes a frame for its own that is another's.
    static func end(_ state: consuming EncodingState) {
        guard state.strands.isEmpty, state.containers.areFree, isKnownUniquelyReferenced(&state) else {
            return state.containers.forgetAll()
        }
        state.outOfBand = nil
        spare.keep(state)
    }
}

// MARK: - Frames

extension EncodingState {
    /// The frame at an index; `nil` behind the outermost.
    subscript(frame index: Int) -> EncodingFrame? {
        index >= 0 && index < frames.count ? frames[index] : nil
    }

    private func isAlive(_ id: EncodingFrameID) -> Bool {
        id.index >= 0 && id.index < frames.count && frames[id.index].serial == id.serial
    }

    /// Counts an item of the current frame, which is about to be written.
    @inline(__always)
    func countItem() {
        frames[current].count &+= 1
    }

    /// Writes the head of an array or map for the current frame. Closing the frame sets the count.
    func openCurrent(as kind: EncodingFrame.Kind) {
        frames[current].kind = kind
        frames[current].head = output.offset
        frames[current].headStrand = activeStrand
        if kind == .array || kind == .map {
            output.writeHead(kind == .map ? .map : .array, count: 0)
        }
    }

    /// Stores an error until it can be thrown.
    func fail(_ error: any Error) {
        if failure == nil {
            failure = error as? CBORError
        }
    }

    /// Adds a frame inside the current one, whose item has been begun.
    func push(key: (any CodingKey)?, type: Any.Type?) throws -> EncodingFrameID {
        let parent = current
        let depth = parent < 0 ? 0 : frames[parent].depth &+ 1
        guard stackGuard.allows(depth: depth) else {
            throw CBORError(.tooDeep, "values are nested too deeply to encode", codingPath: codingPath(of: parent))
        }
        if let key { keys.append(key) }
        nextSerial &+= 1
        current = frames.count
        currentSerial = nextSerial
        frames.append(
            EncodingFrame(
                serial: nextSerial,
                parent: parent,
                depth: depth,
                key: key == nil ? -1 : keys.count &- 1,
                index: parent < 0 ? 0 : frames[parent].count &- 1,
                type: type,
                strand: activeStrand
            )
        )
        return EncodingFrameID(index: current, serial: nextSerial)
    }

    /// Closes and forgets the frames from `base` on and returns to the frame around them.
    func pop(to base: Int, resuming caller: Int) {
        for index in stride(from: frames.count &- 1, through: base, by: -1) where frames[index].isOpen {
            activate(frames[index].strand)
            if frames[index].isVacant {
                // A value that has written nothing is one without properties.
                output.writeHead(.map, count: 0)
            }
            close(index)
        }
        for index in base..<frames.count where frames[index].key >= 0 {
            keys.removeLast()
        }
        frames.removeAll(from: base)
        if caller >= 0 && (current != caller || !frames[caller].isOpen) {
            makeCurrent(caller)
        } else {
            current = caller
            currentSerial = caller < 0 ? -1 : frames[caller].serial
        }
    }

    /// Makes the frame of a container or an encoder the current one.
    @inline(__always)
    func resume(_ id: EncodingFrameID) throws {
        if id.serial != currentSerial {
            try find(id)
        }
    }

    @inline(never)
    private func find(_ id: EncodingFrameID) throws {
        guard isAlive(id) else {
            throw failure ?? CBORError(.misuse, "a container is written to after its value has been encoded")
        }
        makeCurrent(id.index)
    }

    private func makeCurrent(_ index: Int) {
        if frames[index].isOpen {
            activate(frames[index].strand)
            while current != index {
                if frames[current].isVacant {
                    setAside(current)
                } else {
                    close(current)
                }
            }
        } else {
            let strand = newStrand(for: index, at: frames[index].end)
            activate(strand)
            frames[index].isOpen = true
            current = index
        }
        currentSerial = frames[index].serial
    }

    /// Sets aside a value that has not been written, so that it can be written after later ones.
    private func setAside(_ index: Int) {
        let parent = frames[index].parent
        let strand = newStrand(for: index, at: output.offset)
        strands[strand].top = index
        current = parent
    }

    /// Closes the innermost open frame of the active strand.
    private func close(_ index: Int) {
        let frame = frames[index]
        frames[index].isOpen = false
        frames[index].end = output.offset
        if frame.kind == .array || frame.kind == .map {
            let major = frame.kind == .map ? MajorType.map : .array
            let isShort = frame.count < 24
            if !isShort && !frame.hasBreak {
                output.writeByte(Head.breakByte)
                frames[index].hasBreak = true
            }
            let info = isShort ? UInt8(truncatingIfNeeded: frame.count) : Head.indefinite
            patch(major.rawValue &<< 5 | info, at: frame.head, strand: frame.headStrand)
        }
        let parent = frame.parent
        current = parent >= 0 && frames[parent].isOpen && frames[parent].strand == frame.strand ? parent : -1
    }
}

// MARK: - Strands

extension EncodingState {
    private func activate(_ strand: Int) {
        guard strand != activeStrand else { return }
        let content = strands[strand].bytes
        strands[strand].bytes = []
        strands[activeStrand].bytes = output.exchange(content)
        strands[activeStrand].top = current
        activeStrand = strand
        current = strands[strand].top
    }

    /// Begins a strand that continues a frame. It will be inserted at the end of the frame's content so far.
    private func newStrand(for index: Int, at offset: Int) -> Int {
        if strands.isEmpty { strands.append(Strand()) }
        let insertion = Strand.Insertion(
            offset: offset,
            strand: strands.count,
            frame: EncodingFrameID(index: index, serial: frames[index].serial)
        )
        let place = strands[frames[index].strand].insertions.lastIndex { other in
            other.offset < offset || other.offset == offset && !precedes(index, other.frame)
        }
        strands[frames[index].strand].insertions.insert(insertion, at: place.map { $0 + 1 } ?? 0)
        frames[index].strand = strands.count
        strands.append(Strand())
        return strands.count - 1
    }

    /// Returns whether a frame's late content comes before that of another one at the same offset.
    private func precedes(_ index: Int, _ other: EncodingFrameID) -> Bool {
        func isInside(_ inner: Int, _ outer: Int) -> Bool {
            var inner = inner
            while inner > outer { inner = frames[inner].parent }
            return inner == outer
        }
        // A frame that has been removed belonged to a value that was complete.
        guard isAlive(other) else { return false }
        return index > other.index ? isInside(index, other.index) : !isInside(other.index, index)
    }

    private func patch(_ byte: UInt8, at offset: Int, strand: Int) {
        if strand == activeStrand {
            output.patch(byte, at: offset)
        } else {
            strands[strand].bytes[offset] = byte
        }
    }

    /// The state to return to if an item cannot be encoded.
    struct Mark {
        fileprivate let strand: Int
        fileprivate let strandCount: Int
        fileprivate let offset: Int
    }

    /// Returns the state before the item that is about to begin in the current frame.
    @inline(__always)
    var mark: Mark { Mark(strand: activeStrand, strandCount: strands.count, offset: output.offset) }

    @inline(__always)
    func offset(of mark: Mark) -> Int { mark.offset }

    /// Returns whether the strand of the mark is still the active one.
    func isActive(_ mark: Mark) -> Bool { mark.strand == activeStrand && mark.strandCount == strands.count }

    /// Removes the item that was begun last in the current frame.
    func rollBack(to mark: Mark) {
        guard mark.strand == activeStrand else {
            fail(CBORError(.misuse, "an item that failed was written in pieces", codingPath: codingPath(of: current)))
            return
        }
        output.truncate(to: mark.offset)
        frames[current].count -= 1
        for index in strands.indices {
            strands[index].insertions.removeAll { $0.strand >= mark.strandCount }
        }
    }

    /// Moves the finished bytes out of the state, with late content inserted at its places.
    func takeBytes() -> [UInt8] {
        guard !strands.isEmpty else { return output.exchange([]) }
        activate(0)
        strands[0].bytes = output.exchange([])
        var joined: [UInt8] = []
        Strand.join(0, of: strands, into: &joined)
        return joined
    }

    /// Moves the first bytes out of the state: those from before a failed encoding.
    func takeBytes(first count: Int) -> [UInt8] {
        activate(0)
        output.truncate(to: count)
        return output.exchange([])
    }
}
