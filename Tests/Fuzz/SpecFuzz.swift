// As `CBORFuzz.swift`, for the grammar of specs. `Tests/Fuzz/run-specs` compiles this file with the parser and the
// codec, in one module.

private struct Lists: SpecLists {
    var argv: [[UInt8]] { [Array("a".utf8), Array("ü".utf8), [0xFF]] }
    func content(ofFile path: [UInt8]) throws(SpecListError) -> [UInt8] { Array("1\r\n2".utf8) }
    func paths(matching pattern: [UInt8]) throws(SpecListError) -> [[UInt8]] { [Array("x".utf8)] }
    func chunks(ofFile path: [UInt8], size: Int) throws(SpecListError) -> any ChunkSource { Chunks() }
}

private final class Chunks: ChunkSource {
    var failure: SpecListError? { nil }
    func chunk(at index: Int) -> [UInt8]? { index < 2 ? [0xFF, 0x0A] : nil }
}

/// Reads all calls, and checks what a call or an error promises.
private func parse(_ text: UnsafeRawBufferPointer, _ layout: SpecParser.Layout) {
    var parser = SpecParser(text, layout: layout)
    for _ in 0...text.count {
        do throws(SpecError) {
            guard try parser.next() else { return }
            _ = CallName(parser[parser.call.name]).description
            var expansion = try SpecExpansion(parser.call, in: parser, lists: Lists())
            var arguments: [UInt8] = []
            for _ in 0..<3 where expansion.next(appendingTo: &arguments) {
                guard (try? CBORValue(parsing: arguments)) != nil else { fatalError("the arguments are not CBOR") }
                arguments = []
            }
        } catch {
            precondition(error.line >= 1 && error.column >= 1 && error.column <= text.count + 1)
            precondition(error.description.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
            if layout == .free { return }
        }
    }
    fatalError("the parser does not come to an end")
}

/// Tries one input, as libFuzzer wants it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let text = UnsafeRawBufferPointer(start: start, count: count)
    parse(text, .free)
    parse(text, .lines)
    return 0
}
