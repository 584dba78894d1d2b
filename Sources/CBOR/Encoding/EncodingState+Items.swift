// Containers use these functions to begin an item, to write it, and to open a container as the item.

extension EncodingState {
    /// Begins an element of an array, or the value of a single-value container.
    @inline(__always)
    func begin(_ id: EncodingFrameID) throws {
        try resume(id)
        countItem()
    }

    /// Begins an entry of a map and writes its key.
    @inline(__always)
    func begin(_ id: EncodingFrameID, _ key: some CodingKey) throws {
        try resume(id)
        countItem()
        writeKey(key)
    }

    /// Begins the one value of a single-value container.
    func beginSingle(_ id: EncodingFrameID) throws {
        try resume(id)
        guard frames[current].count == 0 else {
            let message = "a second value is written to a single-value container"
            throw CBORError(.misuse, message, codingPath: codingPath(of: id.index))
        }
        countItem()
    }

    /// Writes the key of a map's entry.
    ///
    /// A key is text, except in a dictionary whose keys are `Int`. The type of the dictionary decides, since the
    /// standard library's key for the text "7" has an integer value, too.
    @inline(__always)
    private func writeKey(_ key: some CodingKey) {
        if let integer = key.intValue, isIntegerKeyed {
            integer.write(to: &output)
        } else {
            output.writeText(key.stringValue)
        }
    }

    private var isIntegerKeyed: Bool {
        frames[current].type is any IntegerKeyed.Type
    }

    /// Encodes the value of an item that has been begun.
    ///
    /// - Parameter mark: The state to return to if encoding fails, so that the caller may catch the error and continue.
    func encode<T: Encodable>(_ value: T, key: (any CodingKey)?, mark: Mark) throws {
        if let known = KnownType(T.self) { return write(value, as: known) }
        let caller = current
        let base = frames.count
        do {
            let id = try push(key: key, type: T.self)
            do {
                try value.encode(to: ItemEncoder(state: self, id: id))
                pop(to: base, resuming: caller)
            } catch {
                pop(to: base, resuming: caller)
                throw error
            }
        } catch {
            rollBack(to: mark)
            throw error
        }
    }

    /// Encodes the value that contains all others.
    func encodeOutermost<T: Encodable>(_ value: T) throws {
        if let known = KnownType(T.self) { return write(value, as: known) }
        let id = try push(key: nil, type: T.self)
        do {
            try value.encode(to: ItemEncoder(state: self, id: id))
            pop(to: 0, resuming: -1)
        } catch {
            pop(to: 0, resuming: -1)
            throw error
        }
        if let failure { throw failure }
    }

    /// Opens a container as the item that has been begun.
    func openNested(_ kind: EncodingFrame.Kind, key: (any CodingKey)?) throws -> EncodingFrameID {
        let id = try push(key: key, type: nil)
        openCurrent(as: kind)
        return id
    }

    /// Decides as which kind of data item a value is written.
    ///
    /// Deciding the same kind again is allowed, since a class and its superclass may share a container.
    func open(_ id: EncodingFrameID, as kind: EncodingFrame.Kind) throws {
        try resume(id)
        if frames[current].kind == kind { return }
        guard frames[current].isVacant else {
            let message = "a value is written to two kinds of container"
            throw CBORError(.misuse, message, codingPath: codingPath(of: id.index))
        }
        openCurrent(as: kind)
    }

    /// Returns the frame that `body` opens, or `none` if it fails. The encoding then fails with that error.
    func failingLater(_ body: () throws -> EncodingFrameID) -> EncodingFrameID {
        do {
            return try body()
        } catch {
            fail(error)
            return .none
        }
    }

    /// Returns the coding path of a frame.
    func codingPath(of index: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var index = index
        while index > 0, let frame = self[frame: index] {
            let parent = self[frame: frame.parent]
            if frame.key >= 0 {
                path.append(keys[frame.key])
            } else if parent?.kind == .array {
                path.append(IndexKey(frame.index))
            }
            index = frame.parent
        }
        return path.reversed()
    }
}

/// A dictionary that `Codable` encodes as a map with integers for keys.
private protocol IntegerKeyed {}

extension Dictionary: IntegerKeyed where Key == Int {}
