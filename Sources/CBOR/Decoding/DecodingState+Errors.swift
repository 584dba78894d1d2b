// These functions give errors their coding path, and choose their type.

extension DecodingState {
    /// Returns the error to throw for an error that was found in an item.
    ///
    /// - Parameters:
    ///   - type: The type that the program asked for.
    ///   - expected: The name of that type in CBOR, if it differs.
    ///   - parent: The frame that contains the item, or the item's own frame if there is neither a key nor an index.
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

    /// Returns an error with the coding path of its place.
    func located(_ error: CBORError, parent: Int, key: (any CodingKey)? = nil, index: Int? = nil) -> CBORError {
        var error = error
        error.codingPath = codingPath(of: parent, key: key, index: index) + error.codingPath
        return error
    }

    /// Runs `body`, and adds the coding path of a frame to its errors.
    @inline(__always)
    func locating<Result>(_ frame: Int, _ body: () throws(CBORError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw located(error, parent: frame)
        }
    }

    /// Returns the coding path of a frame or of an item in it.
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
