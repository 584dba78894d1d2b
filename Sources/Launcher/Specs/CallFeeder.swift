internal import Identities
internal import MPIFutures
internal import Specs

/// Queues calls as fast as the window allows.
final class CallFeeder {
    private let calls: CallStream
    private let window: CallWindow
    private let writer: ResultWriter
    private var next = 0
    private var arguments: [UInt8] = []

    init(_ calls: CallStream, _ window: CallWindow, _ writer: ResultWriter) {
        self.calls = calls
        self.window = window
        self.writer = writer
    }

    /// A callable, and its number in the calls.
    struct Target {
        let form: any CallableForm
        let callable: CallableID
    }

    func target(_ form: any CallableForm) -> Target { Target(form: form, callable: calls.id(of: form.definition)) }

    /// Queues all calls to which one call of a spec expands.
    func add(_ expansion: SpecExpansion, of target: Target, line: Int?) throws {
        var expansion = expansion
        while true {
            arguments.removeAll(keepingCapacity: true)
            guard expansion.next(appendingTo: &arguments) else { return }
            try add(arguments, of: target, line: line)
        }
    }

    /// Queues one call.
    func add(_ arguments: [UInt8], of target: Target, line: Int?) throws {
        if window.isFull {
            // Otherwise workers might wait for calls that are still waiting here.
            try calls.flush()
            window.waitForRoom()
        }
        window.begin()
        writer.note(next, target.form, callable: target.callable, line: line)
        next += 1
        try arguments.withUnsafeBytes { try calls.add(callable: target.callable, arguments: $0) }
    }
}
