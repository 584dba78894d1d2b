internal import Glibc
internal import Identities
internal import Journals
internal import Linux
internal import MPIFutures
internal import Processes
internal import Specs

/// Takes the calls that are to be made, one by one.
protocol CallSink: AnyObject {
    /// Returns what `add` needs to know of a callable.
    func target(_ form: any CallableForm) -> CallTarget
    /// Takes one call.
    func add(_ arguments: [UInt8], of target: CallTarget, line: Int?) throws
}

/// A callable, and its number in the calls.
struct CallTarget {
    let form: any CallableForm
    let callable: CallableID
}

extension CallSink {
    /// Takes all calls to which one call of a spec expands.
    func add(_ expansion: SpecExpansion, of target: CallTarget, line: Int?) throws {
        var expansion = expansion
        var arguments: [UInt8] = []
        while expansion.next(appendingTo: &arguments) {
            try add(arguments, of: target, line: line)
            arguments.removeAll(keepingCapacity: true)
        }
        // The calls that have been read are complete, and their results are due.
        if let failure = expansion.failure { throw SpecFailure(description: "mpifutures: \(failure.message)") }
    }
}

/// Queues calls as fast as the window allows.
final class CallFeeder: CallSink {
    private let calls: CallStream
    private let window: CallWindow
    private let writer: ResultWriter
    private let output: OutputRequest
    /// What an earlier run has written to the job log; nil if this run does not go on with it.
    private let earlier: JobLogContent?
    private var next = 0
    private var hasWarned = false

    init(
        _ calls: CallStream,
        _ window: CallWindow,
        _ writer: ResultWriter,
        _ output: OutputRequest,
        earlier: JobLogContent?
    ) {
        self.calls = calls
        self.window = window
        self.writer = writer
        self.output = output
        self.earlier = earlier
    }

    func target(_ form: any CallableForm) -> CallTarget {
        CallTarget(form: form, callable: calls.id(of: form.definition))
    }

    func add(_ arguments: [UInt8], of target: CallTarget, line: Int?) throws {
        if window.isFull {
            // Otherwise workers might wait for calls that are still waiting here.
            try calls.flush()
            window.waitForRoom()
        }
        window.begin(bytes: arguments.count)
        let text = output.needsText ? CallText(target.form, arguments) : nil
        let isDone = text.map { wasMade($0) } ?? false
        writer.note(next, target.form, callable: target.callable, line: line, text: text, isLogged: isDone)
        next += 1
        try arguments.withUnsafeBytes {
            if isDone {
                try calls.addKnown(callable: target.callable, arguments: $0)
            } else {
                try calls.add(callable: target.callable, arguments: $0)
            }
        }
    }

    /// Returns whether an earlier run has made the next call, so that it is not made again.
    private func wasMade(_ text: CallText) -> Bool {
        guard let earlier else { return false }
        let isRepeated = output.resumption == .succeeded
        switch earlier.verdict(on: next + 1, text.command, repeatsFailures: isRepeated) {
        case .make: return false
        case .skip: return true
        case .differs:
            if !hasWarned {
                Log.warning(
                    "call \(next) is not the one that the job log has as number \(next + 1), so it is made; "
                        + "resume with the calls of the first run"
                )
            }
            hasWarned = true
            return false
        }
    }
}

/// Prints calls in place of making them.
final class CallPrinter: CallSink {
    private let hasTags: Bool
    private var buffer: [UInt8] = []
    /// The number of lines that could not be used.
    private(set) var failures = 0

    init(hasTags: Bool) { self.hasTags = hasTags }

    func noteFailure() { failures += 1 }

    func target(_ form: any CallableForm) -> CallTarget { CallTarget(form: form, callable: 0) }

    func add(_ arguments: [UInt8], of target: CallTarget, line: Int?) throws {
        let text = CallText(target.form, arguments)
        let command = text.command + [UInt8(ascii: "\n")]
        buffer += hasTags ? TaggedLines.make(command, tag: text.tag) : command
        if buffer.count >= 1 << 16 { flush() }
    }

    /// Writes the calls that have been added.
    func flush() {
        StandardOutput.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
