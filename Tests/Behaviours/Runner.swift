import Glibc
import MPIFutures

/// How a behaviour came out.
package enum Verdict: Sendable, Equatable {
    case holds
    case fails(String)
    case hangs
}

extension Behaviour {
    /// How long a behaviour may take. It stops the test, it does not judge the library's speed.
    package static let timeLimit = Duration.seconds(
        getenv("MPIFUTURES_TEST_TIME_LIMIT").flatMap { Int(String(cString: $0)) } ?? 40
    )

    /// Runs the behaviour on a thread of its own, and comes back also when it hangs.
    package func run(on source: Context.Source, in scratch: Scratch) -> Verdict {
        let verdict = Locked(Verdict.hangs)
        let end = Event()
        let context = Context(source: source, scratch: scratch.directory(fileName))
        let finish: @Sendable ((any Error)?) -> Void = { error in
            verdict.withLock { $0 = error.map { .fails("\($0)") } ?? .holds }
            end.happen()
        }
        switch body {
        case .blocking(let body):
            startThread {
                do {
                    try body(context)
                    finish(nil)
                } catch { finish(error) }
            }
        case .asynchronous(let body):
            Task.detached {
                do {
                    try await body(context)
                    finish(nil)
                } catch { finish(error) }
            }
        }
        _ = end.wait(Self.timeLimit)
        return verdict.current
    }

    /// Runs the behaviour without keeping the caller's thread.
    package func start(
        on source: Context.Source,
        in scratch: Scratch,
        _ finish: @escaping @Sendable (Verdict) -> Void
    ) {
        startThread { finish(run(on: source, in: scratch)) }
    }

    private var fileName: String { String(name.map { $0.isLetter || $0.isNumber ? $0 : "-" }) }
}

// MARK: - Reports

/// What a program that runs behaviours writes: one line for each.
package struct Report: Sendable {
    package private(set) var verdicts: [String: Verdict] = [:]

    /// How many processes have come to the end of their reports.
    package private(set) var ends = 0

    private static let (holds, fails, hangs, endMark) = ("HOLDS", "FAILS", "HANGS", "END")

    /// Runs all behaviours that the source can show and writes the report; after one that hangs, no other.
    package static func write(on source: Context.Source) {
        let scratch = Scratch.make()
        defer { scratch.remove() }
        for behaviour in Behaviour.all(on: source.abilities) {
            let verdict = behaviour.run(on: source, in: scratch)
            line(behaviour.name, verdict)
            guard verdict == .hangs else { continue }
            scratch.remove()
            // Not `exit`: what hangs might hang there again.
            _exit(3)
        }
        end()
    }

    static func line(_ name: String, _ verdict: Verdict) {
        switch verdict {
        case .holds: write(holds, name)
        case .fails(let reason): write(fails, name, reason)
        case .hangs: write(hangs, name)
        }
    }

    static func end() { write(endMark) }

    private static func write(_ fields: String...) {
        let flat = fields.map { $0.map { $0 == "\n" || $0 == "\t" ? " " : String($0) }.joined() }
        var text = flat.joined(separator: "\t") + "\n"
        _ = text.withUTF8 { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    /// - Parameter lines: of one process or of several; a behaviour holds if it does on all that report on it.
    package init(parsing lines: [String]) {
        for line in lines {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            switch fields[0] {
            case Self.holds where fields.count == 2:
                if verdicts[fields[1]] == nil { verdicts[fields[1]] = .holds }
            case Self.fails where fields.count == 3: verdicts[fields[1]] = .fails(fields[2])
            case Self.hangs where fields.count == 2: verdicts[fields[1]] = .hangs
            case Self.endMark: ends += 1
            default: break
            }
        }
    }
}
