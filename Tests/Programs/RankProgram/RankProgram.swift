import Glibc
import MPIBinding

/// One rank of a job that puts MPIBinding to the test: `RankProgram SUBCOMMAND [ARGUMENT ...]`.
///
/// A rank writes what it found, each line with its rank in front; the test knows what must be there.
@main
enum RankProgram {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        guard !arguments.isEmpty else { fail("no subcommand") }
        let subcommand = arguments.removeFirst()
        do {
            if subcommand == "join" {
                try join()
            } else {
                try MPI.initialize(requesting: requestedLevel())
                try run(subcommand, arguments)
                if getenv("RANK_PROGRAM_LEAVES") != nil {
                    try Communicator.world.barrier()
                    MPI.leave(status: 0)
                }
                try MPI.finalize()
            }
        } catch {
            fail("\(subcommand): \(error)")
        }
    }

    private static func run(_ subcommand: String, _ arguments: [String]) throws {
        switch subcommand {
        case "environment": try environment()
        case "finalize": try finalize()
        case "leave": try leave(arguments)
        case "announce": try announce(arguments)
        case "abort": try abort(arguments)
        case "kill": try kill(arguments)
        case "crash": try crash()
        case "communicators": try communicators()
        case "intercommunicator": try intercommunicator()
        case "collectives": try collectives()
        case "messages": try messages(arguments)
        case "order": try order()
        case "many": try many()
        case "calls": try calls(arguments)
        case "errors": try errors()
        case "uncaught": _ = try [1].withUnsafeBytes { try Communicator.world.isend($0, to: 1, tag: 0) }
        case "threads": try threads(arguments)
        default: fail("no such subcommand: \(subcommand)")
        }
    }

    /// The level that the environment variable `RANK_PROGRAM_LEVEL` names, `multiple` without it.
    private static func requestedLevel() -> ThreadLevel {
        guard let name = getenv("RANK_PROGRAM_LEVEL").map({ String(cString: $0) }) else { return .multiple }
        guard let level = ThreadLevel.allCases.first(where: { "\($0)" == name }) else { fail("no such level: \(name)") }
        return level
    }
}

/// Writes a line of this rank's findings.
func report(_ text: String) {
    let rank = (try? Communicator.world.rank).map(String.init) ?? "?"
    emit("\(rank): \(text)", to: STDOUT_FILENO)
}

/// Writes a line with one system call: the ranks' lines come through one pipe in the end.
func emit(_ line: String, to descriptor: Int32) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(descriptor, bytes, bytes.count)
}

/// Ends the job with a line on standard error.
func fail(_ text: String) -> Never {
    emit("RankProgram: \(text)", to: STDERR_FILENO)
    MPI.abort(code: 99)
}

/// A fact that the subcommand relies on.
func require(_ condition: Bool, _ fact: @autoclosure () -> String) {
    guard condition else { fail("not true: \(fact())") }
}
