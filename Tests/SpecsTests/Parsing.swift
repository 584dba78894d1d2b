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
    var argv: [[UInt8]]
    private let files: [[UInt8]: [UInt8]]
    private let matches: [[UInt8]: [[UInt8]]]

    init(argv: [String] = [], files: [String: String] = [:], matches: [String: [String]] = [:]) {
        self.init(
            argv: argv.map { Array($0.utf8) },
            files: files.map { (Array($0.utf8), Array($1.utf8)) },
            matches: matches.map { (Array($0.utf8), $1.map { Array($0.utf8) }) }
        )
    }

    init(
        argv: [[UInt8]],
        files: [(path: [UInt8], content: [UInt8])] = [],
        matches: [(pattern: [UInt8], paths: [[UInt8]])] = []
    ) {
        self.argv = argv
        self.files = Dictionary(uniqueKeysWithValues: files)
        self.matches = Dictionary(uniqueKeysWithValues: matches)
    }

    func content(ofFile path: [UInt8]) throws(SpecListError) -> [UInt8] {
        guard let content = files[path] else {
            throw SpecListError("cannot read '\(String(decoding: path, as: UTF8.self))'")
        }
        return content
    }

    func paths(matching pattern: [UInt8]) throws(SpecListError) -> [[UInt8]] { matches[pattern] ?? [] }

    func chunks(ofFile path: [UInt8], size: Int) throws(SpecListError) -> any ChunkSource {
        FixedChunks(try content(ofFile: path), size)
    }
}

/// Lines that a test has made, as many in a chunk as begin within its size.
final class FixedChunks: ChunkSource {
    private var chunks: [[UInt8]] = []
    var failure: SpecListError? { nil }

    init(_ content: [UInt8], _ size: Int) {
        for line in content.split(separator: 0x0A).map({ $0 + [0x0A] }) {
            if let last = chunks.last, last.count < size {
                chunks[chunks.count - 1] += line
            } else {
                chunks.append(Array(line))
            }
        }
    }

    func chunk(at index: Int) -> [UInt8]? { index < chunks.count ? chunks[index] : nil }
}
