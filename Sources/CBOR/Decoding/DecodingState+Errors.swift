// The one place where errors get their coding path, and where it is decided which type they have.

extension DecodingState {
    /// The error to throw for one that was found in an item.
    ///
    /// - Parameters:
    ///   - type: what the program asked for.
    ///   - expected: what that is in CBOR, if it is not called as the type is.
    ///   - parent: the frame in which the item is, or is the item's own when neither a key nor an index is given.
    func translate(
        _ error: CBORError,
        _ type: Any.Type,
        expected: String? = nil,
        parent: Int,
        key: (any CodingKey)? = nil,
        index: Int? = nil
    ) -> any Error {
        let error = located(error, parent: parent, key: key, index: index)
        let place = error.offset.map { " at byte \($0)" } ?? ""
        let context = DecodingError.Context(
            codingPath: error.codingPath,
            debugDescription: "expected \(expected ?? String(describing: type)), \(error.message)\(place)"
        )
        switch error.code {
        case .typeMismatch: return DecodingError.typeMismatch(type, context)
        case .valueNotFound: return DecodingError.valueNotFound(type, context)
        case .unrepresentable: return DecodingError.dataCorrupted(context)
        default: return error
        }
    }

    /// An error with the coding path of where it occurred.
    func located(_ error: CBORError, parent: Int, key: (any CodingKey)? = nil, index: Int? = nil) -> CBORError {
        var error = error
        error.codingPath = codingPath(of: parent, key: key, index: index) + error.codingPath
        return error
    }

    /// Runs `body`, whose errors get the coding path of a frame.
    @inline(__always)
    func locating<Result>(_ frame: Int, _ body: () throws(CBORError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw located(error, parent: frame)
        }
    }

    /// The coding path of a frame or of an item in it.
    func codingPath(of parent: Int, key: (any CodingKey)? = nil, index: Int? = nil) -> [any CodingKey] {
        var path: [any CodingKey] = []
        func add(_ key: (any CodingKey)?, _ index: Int?, in parent: Int) {
            if let key {
                path.append(key)
            } else if let index, parent >= 0, parent < frames.count, frames[parent].kind == .array {
                path.append(IndexKey(index))
            }
        }
        add(key, index, in: parent)
        var frame = parent
        while frame >= 0 && frame < frames.count {
            let key = frames[frame].key < 0 ? nil : keys[frames[frame].key]
            add(key, frames[frame].index, in: frames[frame].parent)
            frame = frames[frame].parent
        }
        return path.reversed()
    }

    func keyNotFound(_ key: some CodingKey, in frame: Int) -> DecodingError {
        let description = "no entry \"\(key.stringValue)\" in the map at byte \(frames[frame].start)"
        return .keyNotFound(key, .init(codingPath: codingPath(of: frame), debugDescription: description))
    }
}
