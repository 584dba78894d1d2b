import CBOR
import Specs

/// A call as a test looks at it.
struct ParsedCall: Equatable, CustomStringConvertible {
    var name: CallName
    var labels: [String?]
    /// The arguments of the calls that it stands for, in diagnostic notation.
    var calls: [String]
    var line: Int

    var description: String { "\(name) \(labels) \(calls) in line \(line)" }
}

/// All calls of a spec, with at most so many calls of each map.
func parse(
    _ spec: String,
    layout: SpecParser.Layout = .free,
    lists: FixedLists = FixedLists(),
    limit: Int = 100
) throws -> [ParsedCall] {
    var spec = spec
    return try spec.withUTF8 { text in
        var parser = SpecParser(UnsafeRawBufferPointer(text), layout: layout)
        var calls: [ParsedCall] = []
        while try parser.next() {
            var expansion = try SpecExpansion(parser.call, in: parser, lists: lists)
            var arguments: [String] = []
            var bytes: [UInt8] = []
            while arguments.count < limit, expansion.next(appendingTo: &bytes) {
                arguments.append(try CBORValue(parsing: bytes).diagnostic)
                bytes = []
            }
            calls.append(
                ParsedCall(
                    name: CallName(parser[parser.call.name]),
                    labels: parser.call.arguments.map { argument in
                        argument.label.map { String(decoding: parser[$0], as: UTF8.self) }
                    },
                    calls: arguments,
                    line: parser.line
                )
            )
        }
        return calls
    }
}

/// The arguments of all calls that a spec stands for.
func arguments(_ spec: String, lists: FixedLists = FixedLists(), limit: Int = 100) throws -> [String] {
    try parse(spec, lists: lists, limit: limit).flatMap(\.calls)
}

/// The first error of a spec; nil if it has none.
func firstError(
    in spec: String,
    layout: SpecParser.Layout = .free,
    lists: FixedLists = FixedLists()
) -> SpecError? {
    do {
        _ = try parse(spec, layout: layout, lists: lists)
        return nil
    } catch {
        return error as? SpecError
    }
}

/// Lists that a test has made.
struct FixedLists: SpecLists {
    var argv: [String] = []
    var files: [String: String] = [:]
    /// Files whose content need not be text.
    var binaryFiles: [String: [UInt8]] = [:]
    var matches: [String: [String]] = [:]

    func content(ofFile path: String) throws(SpecListError) -> [UInt8] {
        if let bytes = binaryFiles[path] { return bytes }
        guard let text = files[path] else { throw SpecListError("cannot read '\(path)'") }
        return Array(text.utf8)
    }

    func paths(matching pattern: String) throws(SpecListError) -> [String] { matches[pattern] ?? [] }
}
