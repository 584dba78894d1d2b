extension Item {
    /// A position among the elements of an array or the entries of a map.
    package struct Elements {
        package let message: UnsafeRawBufferPointer
        package var offset: Int
        /// The number of elements that are left. It has no meaning if the length is indefinite.
        package var left: Int
        package let isMap: Bool
        package let isIndefinite: Bool

        package init(
            _ message: UnsafeRawBufferPointer,
            at offset: Int,
            left: Int,
            isMap: Bool,
            isIndefinite: Bool
        ) {
            self.message = message
            self.offset = offset
            self.left = left
            self.isMap = isMap
            self.isIndefinite = isIndefinite
        }

        /// Returns the next element, with its key in a map, or nil at the end.
        package mutating func next() -> (key: Item?, value: Item)? {
            let reader = Reader(message)
            if isIndefinite {
                guard (try? reader.isBreak(at: offset)) == false else { return nil }
            } else {
                guard left > 0 else { return nil }
                left -= 1
            }
            var key: Item?
            if isMap {
                key = Item(message, at: offset)
                guard (try? reader.skip(at: &offset, levels: .max)) != nil else { return nil }
            }
            let value = Item(message, at: offset)
            guard (try? reader.skip(at: &offset, levels: .max)) != nil else { return nil }
            return (key, value)
        }
    }

    /// Returns the elements of an array or the entries of a map.
    package func elements() throws(ItemError) -> Elements {
        guard let head = try? reader.untaggedHead(at: offset), head.major == .array || head.major == .map else {
            throw mismatch("a list or a map")
        }
        let count = try? reader.count(of: head)
        return Elements(
            message,
            at: head.next,
            left: count.flatMap { $0 } ?? 0,
            isMap: head.major == .map,
            isIndefinite: head.isIndefinite
        )
    }

    /// Returns the number of elements of an array, a typed array or a byte string, or of entries of a map.
    package func count() throws(ItemError) -> Int {
        switch kind {
        case .array, .map:
            var elements = try elements()
            if !elements.isIndefinite { return elements.left }
            var count = 0
            while elements.next() != nil { count += 1 }
            return count
        case .bytes, .numbers:
            if let array = try? reader.typedArray(at: offset) { return array.count }
            return try numbers(as: nil) { $0.count }
        default: throw mismatch("a list or a map")
        }
    }

    /// Returns an element of an array.
    package func element(_ index: Int) throws(ItemError) -> Item {
        guard kind == .array else { throw mismatch("a list") }
        var elements = try elements()
        var position = 0
        while let (_, value) = elements.next() {
            if position == index { return value }
            position += 1
        }
        let message = "has \(position) element\(position == 1 ? "" : "s"), so there is none at \(index)"
        throw ItemError(code: .missing, message: message, offset: offset)
    }

    /// Returns the value of a key in a map.
    package func member(_ label: UnsafeBufferPointer<UInt8>) throws(ItemError) -> Item {
        guard let item = try find({ $0.isText(label) }) else {
            let message = "has no '\(String(decoding: label, as: UTF8.self))'"
            throw ItemError(code: .missing, message: message, offset: offset)
        }
        return item
    }

    /// Returns the value of the first key for which `isMeant` holds, or nil if there is none.
    package func find(_ isMeant: (Item) -> Bool) throws(ItemError) -> Item? {
        guard kind == .map else { throw mismatch("a map") }
        var elements = try elements()
        while let (key, value) = elements.next() {
            if let key, isMeant(key) { return value }
        }
        return nil
    }

    /// Returns whether the item is this text.
    package func isText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let head = try? reader.untaggedHead(at: offset), head.major == .text else { return false }
        guard !head.isIndefinite else { return (try? self.text()).map { $0.utf8.elementsEqual(text) } ?? false }
        guard let length = try? reader.length(of: head), length == text.count else { return false }
        return reader.isEqual(text, at: head.next)
    }
}
