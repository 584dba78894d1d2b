internal import Glibc
internal import Linux
internal import MPIFutures
internal import Processes
internal import Specs

/// The calls of a file or of standard input, made while they are being read.
final class SpecStream {
    private let descriptor: CInt
    private let request: SpecRequest
    private let checker: CallChecker
    private let sink: any CallSink
    private let noteFailure: () -> Void
    private var line = 1
    private var last: Last?

    /// The last call. The next one is often similar.
    private struct Last {
        let name: [UInt8]
        var labels: [[UInt8]]
        let target: CallTarget
    }

    /// - Parameter noteFailure: Called for each line that cannot be used.
    init(
        _ descriptor: CInt,
        _ request: SpecRequest,
        _ checker: CallChecker,
        _ sink: any CallSink,
        noteFailure: @escaping () -> Void
    ) {
        self.descriptor = descriptor
        self.request = request
        self.checker = checker
        self.sink = sink
        self.noteFailure = noteFailure
    }

    /// Reads calls until the end of the source.
    ///
    /// - Parameter flush: Called if there may be nothing to read for a while.
    func run(flush: () throws -> Void) throws {
        var reader = LineReader(descriptor)
        do {
            while try reader.next({ text in
                try add(text)
                line += text.count { $0 == UInt8(ascii: "\n") }
            }) { try flush() }
        } catch let error as LineReader.Unreadable {
            // The calls that have been read are complete, and their results are due.
            report("mpifutures: cannot read '\(request.source.name)': \(SystemError.Code(error.cause))")
        } catch is LineReader.TooLong {
            report(
                "mpifutures: \(request.source.name):\(line): the line is longer than \(LineReader.longestLine >> 20) MiB; "
                    + "nothing behind it is read"
            )
        }
    }

    private func add(_ text: UnsafeRawBufferPointer) throws {
        var parser = SpecParser(text, source: request.source.name, firstLine: line, layout: .lines)
        while true {
            do {
                guard try parser.next() else { return }
                try add(&parser)
            } catch let error as SpecError {
                // An error in a line fails only that line.
                report(error.description)
            } catch let error as SpecFailure {
                report(error.description)
            }
        }
    }

    private func add(_ parser: inout SpecParser) throws {
        let target = try target(of: parser)
        if target.form.labelling == .labels { parser.labelArguments() }
        guard parser.call.holes.isEmpty else {
            try sink.add(try checker.check(parser, target.form), of: target, line: parser.line)
            return
        }
        try checker.checkTypes(parser.call.encoded, parser, target.form)
        try sink.add(parser.call.encoded, of: target, line: parser.line)
    }

    /// Returns the callable that is named. Its labels have been checked.
    private func target(of parser: SpecParser) throws -> CallTarget {
        let name = parser[parser.call.name]
        if let last, last.name.elementsEqual(name), hasLabels(parser, last.labels) { return last.target }
        let form = try checker.resolve(parser)
        try checker.checkLabels(parser, form)
        let labels = parser.call.arguments.map { $0.label.map { Array(parser[$0]) } ?? [] }
        let target = sink.target(form)
        last = Last(name: Array(name), labels: labels, target: target)
        return target
    }

    private func hasLabels(_ parser: SpecParser, _ labels: [[UInt8]]) -> Bool {
        let arguments = parser.call.arguments
        guard arguments.count == labels.count else { return false }
        return zip(arguments, labels).allSatisfy { argument, label in
            argument.label.map { parser[$0].elementsEqual(label) } ?? label.isEmpty
        }
    }

    private func report(_ text: String) {
        noteFailure()
        Log.write("\(text)\n")
    }
}
