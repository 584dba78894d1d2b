/// A data item within a message. It is read in place, without `Codable` and without a tree of values.
///
/// An item borrows the message's bytes. The message has been checked as a whole, so nested items are well-formed. The
/// types of values are checked as they are read.
package struct Item {
    /// The whole message.
    package let message: UnsafeRawBufferPointer
    /// The offset of the item in the message.
    package let offset: Int

    /// Makes an item of a message that has been checked.
    package init(_ message: UnsafeRawBufferPointer, at offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// Checks a message, and makes the one item that it consists of.
    ///
    /// - Throws: `CBORError` if the bytes are not one well-formed data item and nothing else.
    package init(checking message: UnsafeRawBufferPointer) throws(CBORError) {
        let reader = Reader(message)
        var end = 0
        try reader.skip(at: &end, levels: CBORDecoder.defaultDepthLimit)
        try reader.expectEnd(at: end)
        self.init(message, at: 0)
    }

    var reader: Reader { Reader(message) }

    /// The kind of an item, without its tags.
    package enum Kind: Sendable {
        case null, bool, integer, real, text, bytes, array, map, numbers, other
    }

    package var kind: Kind { (try? readKind()) ?? .other }

    private func readKind() throws(CBORError) -> Kind {
        var head = try reader.head(at: offset)
        var isNumbers = false
        while head.major == .tag {
            if head.argument == 2 || head.argument == 3 { return .integer }
            isNumbers = isNumbers || TypedArrayTag(head.argument) != nil
            head = try reader.head(at: head.next)
        }
        switch head.major {
        case .unsigned, .negative: return .integer
        case .text: return .text
        case .array: return .array
        case .map: return .map
        case .bytes: return isNumbers ? .numbers : .bytes
        case .tag: return .other
        case .simple:
            switch head.info {
            case 20, 21: return .bool
            case 22, 23: return .null
            case 25, 26, 27: return .real
            default: return .other
            }
        }
    }

    /// The bytes of the item itself.
    package var encoded: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: message[offset..<((try? end) ?? message.count)])
    }

    var end: Int {
        get throws(CBORError) {
            var end = offset
            try reader.skip(at: &end, levels: .max)
            return end
        }
    }
}

/// The reason why an item cannot be read as a type.
package struct ItemError: Error {
    package enum Code: Sendable {
        /// The item is of another kind.
        case mismatch
        /// The item is a number that does not fit.
        case range
        /// The item has no such element or label.
        case missing
    }

    package let code: Code
    /// The text that follows the item's name in a message: "must be a number, but is a text string".
    package let message: String
    /// The offset of the item.
    package let offset: Int
}

extension Item {
    func mismatch(_ expected: String) -> ItemError {
        ItemError(code: .mismatch, message: "must be \(expected), but is \(description)", offset: offset)
    }

    /// The kind in words.
    package var description: String {
        switch kind {
        case .null: "null"
        case .bool: "a truth value"
        case .integer: "an integer"
        case .real: "a real number"
        case .text: "a string"
        case .bytes: "bytes"
        case .array: "a list"
        case .map: "a map"
        case .numbers: "an array of numbers"
        case .other: "something else"
        }
    }
}
