/// Reads the calls of a spec, one after the other.
///
/// ```
/// spec      = [call] { (";" | newline) [call] }            "#" starts a comment, up to the end of its line
/// call      = name "(" [argument { "," argument }] ")"
/// name      = [module "."] identifier { "." identifier } | path ":" identifier
/// argument  = [identifier ":"] value                       "stdin:" may follow arguments without labels
/// value     = JSON (RFC 8259), whose arrays and objects may hold any value | range | each | list
///           | "file" "(" value ")"                         {"file": value}
/// range     = integer ("..<" | "...") integer
/// each      = "each" "(" sequence ")" | "product" "(" sequence { "," sequence } ")"
/// sequence  = array | range | list | "chunks" "(" string ["," size] ")"
/// list      = "lines" "(" string ")" | "lines0" "(" string ")" | "glob" "(" string ")" | "argv"
/// path      = a file's name without white space and `( ) ; , # "`, or any in double quotes
/// ```
///
/// The parser works on bytes in place, and writes arguments as CBOR while it reads them. It makes neither tokens nor a
/// tree.
package struct SpecParser {
    /// The layout of calls in the text.
    package enum Layout: Sendable {
        /// Newlines inside parentheses are white space.
        case free
        /// The end of a line ends a call, so an error in a line ends with the line.
        case lines
    }

    /// The greatest depth of nested arrays and objects.
    package static let depthLimit = 128

    /// The call that `next` has read. The next one reuses its storage.
    package internal(set) var call = SpecCall()

    let text: UnsafeRawBufferPointer
    let layout: Layout
    private let source: String
    private let firstLine: Int

    /// The offset of the next byte.
    var offset = 0
    /// The number of the line in which the last call begins.
    package private(set) var line: Int
    private var countedTo = 0
    var depth = 0
    var isInsideEach = false
    /// What `isInsideEach` means, for errors: `each` or `product`.
    var enclosingWord = "each"
    /// The place in the encoded arguments of the map with `stdin`, which follows arguments without labels.
    private var inputHead: Int?

    /// - Parameters:
    ///   - text: The text. It must outlive the parser.
    ///   - source: The name of the source, for errors.
    ///   - firstLine: The number of the first line of `text`, for errors.
    package init(_ text: UnsafeRawBufferPointer, source: String = "spec", firstLine: Int = 1, layout: Layout = .free) {
        self.text = text
        self.source = source
        self.firstLine = firstLine
        self.layout = layout
        line = firstLine
    }

    /// Reads the next call into `call`. Returns false if there is none.
    ///
    /// - Throws: The error of the call. In the layout `lines` the next call of another line can then be read.
    package mutating func next() throws(SpecError) -> Bool {
        do throws(Fault) {
            guard skipToCall() else { return false }
            call.reset()
            try parseCall()
            try parseEndOfCall()
            return true
        } catch {
            let error = self.error(error.message, at: error.offset)
            skipLine()
            throw error
        }
    }

    /// Gives a call without arguments an empty map of labels in place of an empty list.
    package mutating func labelArguments() {
        if call.arguments.isEmpty { call.encoded = [0xA0] }
    }

    /// Returns an error at a place in the text.
    package func error(_ message: String, at offset: Int) -> SpecError {
        SpecError(message, in: text, at: offset, source: source, firstLine: firstLine)
    }

    /// The bytes of a part of the text.
    package subscript(range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: text[range]) }
}

/// An error before it becomes a `SpecError`.
struct Fault: Error {
    let offset: Int
    var message: String
}

// MARK: - Calls

extension SpecParser {
    /// Skips white space, separators and comments before a call. Returns false at the end.
    private mutating func skipToCall() -> Bool {
        while let byte = peek {
            switch byte {
            case .space, .tab, .carriageReturn, .newline, .semicolon: offset += 1
            case .hash: skipComment()
            default:
                countLines()
                return true
            }
        }
        countLines()
        return false
    }

    private mutating func countLines() {
        while countedTo < offset {
            if text[countedTo] == .newline { line += 1 }
            countedTo += 1
        }
    }

    private mutating func skipLine() {
        while let byte = peek, byte != .newline { offset += 1 }
        depth = 0
        isInsideEach = false
    }

    private mutating func parseCall() throws(Fault) {
        inputHead = nil
        call.name = try parseName()
        skipBlanks()
        guard peek == .leftParenthesis else { throw expected("'('", remedy: "a command is written as sh(\"…\")") }
        offset += 1
        call.encoded.append(0)
        skipSpace()
        if peek == .rightParenthesis {
            offset += 1
        } else {
            try parseArguments()
        }
        if let inputHead { finishContainer(at: inputHead, major: 0xA0, count: 1) }
        finishContainer(at: 0, major: call.hasLabels ? 0xA0 : 0x80, count: call.arguments.count)
    }

    private mutating func parseArguments() throws(Fault) {
        var labels = SeenKeys()
        while true {
            skipSpace()
            try parseArgument(&labels)
            skipSpace()
            switch peek {
            case .comma: offset += 1
            case .rightParenthesis:
                offset += 1
                return
            default: throw expected("',' or ')'")
            }
        }
    }

    private mutating func parseArgument(_ labels: inout SeenKeys) throws(Fault) {
        let start = offset
        var label: Range<Int>?
        if let word = parseIdentifier() {
            skipSpace()
            if peek == .colon {
                offset += 1
                skipSpace()
                label = word
            } else {
                offset = start
            }
        }
        if label == nil, !call.arguments.isEmpty, peek?.endsArgument ?? true { throw expected("an argument") }
        if inputHead != nil {
            throw Fault(offset: start, message: "nothing follows the argument '\(SpecCall.inputLabel)'")
        }
        if let label, call.arguments.first.map({ $0.label == nil }) ?? false,
            self[label].elementsEqual(SpecCall.inputLabel.utf8)
        {
            inputHead = call.encoded.count
            call.encoded.append(0)
        } else if let first = call.arguments.first, (first.label == nil) != (label == nil) {
            throw Fault(
                offset: start,
                message: label == nil
                    ? "expected a label: the other arguments have one"
                    : "the argument has a label, and the ones before it have none"
            )
        }
        if let label {
            try checkUTF8(label)
            guard labels.insert(Array(self[label])[...]) else {
                let text = String(decoding: self[label], as: UTF8.self)
                throw Fault(offset: label.lowerBound, message: "the label '\(text)' is there twice")
            }
            call.encoded.appendText(self[label])
        }
        call.arguments.append(SpecCall.Argument(label: label, value: offset))
        try parseValue()
    }

    private mutating func parseEndOfCall() throws(Fault) {
        skipBlanks()
        switch peek {
        case nil, .semicolon, .newline, .hash: return
        default: throw expected("';' or the end of the line")
        }
    }
}

extension UInt8 {
    fileprivate var endsArgument: Bool { self == .comma || self == .rightParenthesis || self == .newline }
}
