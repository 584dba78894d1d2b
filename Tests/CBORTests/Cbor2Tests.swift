import CBOR
import Support
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Python's `cbor2`, an implementation that shares nothing with this one, reads what we write and writes what we read.
///
/// They run when `MPIFUTURES_CBOR2_PYTHON` names a Python in which `import cbor2` works.
@Suite(
    "Cross-check with cbor2",
    .ownThread,
    .enabled(if: getenv("MPIFUTURES_CBOR2_PYTHON") != nil, "MPIFUTURES_CBOR2_PYTHON names no Python with cbor2")
)
struct Cbor2Tests {
    static let seeds: Range<UInt64> = 0..<5000

    /// Runs a Python program that gets lines on its standard input, and returns the lines of its standard output.
    private func python(_ program: String, lines: [String]) throws -> [String] {
        let python = try #require(getenv("MPIFUTURES_CBOR2_PYTHON").map { String(cString: $0) })
        // A file each way needs no thread that feeds one pipe while another fills.
        var template = Array("/tmp/mpifutures-cbor2-XXXXXX".utf8CString)
        let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer {
            for name in ["program.py", "input", "output"] { unlink("\(directory)/\(name)") }
            rmdir(directory)
        }
        func write(_ text: String, to name: String) throws {
            let file = try #require(fopen("\(directory)/\(name)", "w"))
            #expect(fputs(text, file) >= 0)
            #expect(fclose(file) == 0)
        }
        try write(program, to: "program.py")
        try write(lines.joined(separator: "\n"), to: "input")
        let command = "'\(python)' '\(directory)/program.py' < '\(directory)/input' > '\(directory)/output'"
        #expect(system(command) == 0)
        let file = try #require(fopen("\(directory)/output", "r"))
        defer { fclose(file) }
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&block, 1, block.count, file), count > 0 {
            output += block[..<count]
        }
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("cbor2 reads our values, writes them its own way, and we read them back")
    func values() throws {
        let values = Self.seeds.map { seed in
            var generator = SeededGenerator(seed: seed)
            return generator.anyValue(isPlain: true)
        }
        // Its canonical form is the one we serialise to; its default form keeps the width of Python's numbers.
        let answers = try python(
            """
            import sys, cbor2
            for line in sys.stdin:
                value = cbor2.loads(bytes.fromhex(line))
                print(cbor2.dumps(value).hex(), cbor2.dumps(value, canonical=True).hex())
            """,
            lines: values.map { hex($0.serialised()) }
        )
        try #require(answers.count == values.count)
        for ((seed, value), answer) in zip(zip(Self.seeds, values), answers) {
            let parts = answer.split(separator: " ").map(String.init)
            let copies = try parts.map { try CBORValue(parsing: bytes($0)) }
            #expect(copies.map { $0.serialised() } == [value.serialised(), value.serialised()], "seed \(seed)")
        }
    }

    @Test("cbor2 reads what the encoder writes, and the decoder reads what cbor2 makes of it")
    func codable() throws {
        typealias Sample = RandomRoundTripTests.Sample
        let samples = Self.seeds.prefix(1000).map { seed in
            var generator = SeededGenerator(seed: seed)
            return Sample(using: &generator, depth: 1)
        }
        // Typed arrays stay tagged byte strings in Python; here they become lists of numbers, as a user would send.
        let answers = try python(
            """
            import array, sys, cbor2
            codes = {69: 'H', 70: 'I', 71: 'Q', 72: 'b', 77: 'h', 78: 'i', 79: 'q', 85: 'f', 86: 'd'}
            def plain(value):
                if isinstance(value, cbor2.CBORTag):
                    return list(array.array(codes[value.tag], value.value))
                if isinstance(value, dict):
                    return {key: plain(item) for key, item in value.items()}
                if isinstance(value, list):
                    return [plain(item) for item in value]
                return value
            for line in sys.stdin:
                print(cbor2.dumps(plain(cbor2.loads(bytes.fromhex(line)))).hex())
            """,
            lines: samples.map { hex(try CBOREncoder().encode($0)) }
        )
        try #require(answers.count == samples.count)
        for ((seed, sample), answer) in zip(zip(Self.seeds, samples), answers) {
            #expect(try CBORDecoder().decode(Sample.self, from: bytes(answer)) == sample, "seed \(seed)")
        }
    }

    @Test("What cbor2 refuses of damaged input is no more than what we refuse")
    func damaged() throws {
        let inputs = Self.seeds.map { seed in
            var generator = SeededGenerator(seed: seed)
            var encoding = generator.anyValue(isPlain: true).serialised()
            let place = Int.random(in: encoding.indices, using: &generator)
            encoding[place] = UInt8.random(in: 0...255, using: &generator)
            return encoding
        }
        let answers = try python(
            """
            import io, sys, cbor2
            for line in sys.stdin:
                stream = io.BytesIO(bytes.fromhex(line))
                try:
                    cbor2.load(stream)
                    print('accepted' if not stream.read(1) else 'refused')
                except cbor2.CBORDecodeEOF:
                    print('truncated')
                except Exception:
                    print('refused')
            """,
            lines: inputs.map(hex)
        )
        try #require(answers.count == inputs.count)
        for ((seed, input), answer) in zip(zip(Self.seeds, inputs), answers) where answer == "truncated" {
            #expect(throws: CBORError.self, "seed \(seed): \(hex(input))") { try CBORValue(parsing: input) }
        }
    }
}
