import Support
import Testing

/// How a program is run: without mpiexec, or as so many ranks.
enum Start: Sendable, CustomTestStringConvertible {
    case alone
    case ranks(Int)

    /// The ways that differ: threads without MPI, threads with it, one worker, more than one.
    static let all: [Start] = [.alone, .ranks(1), .ranks(2), .ranks(3)]

    var testDescription: String {
        switch self {
        case .alone: "without mpiexec"
        case .ranks(let count): "mpiexec -n \(count)"
        }
    }

    /// Whether the workers are processes.
    var hasWorkerProcesses: Bool {
        if case .ranks(2...) = self { true } else { false }
    }
}

/// Runs the launcher that the build has made, and expects that nothing of the run is left anywhere.
///
/// - Parameters:
///   - options: For mpiexec.
///   - program: What to start in place of the launcher, with the launcher's path among `arguments`.
///   - allowed: How long the run may take.
@discardableResult
func launch(
    _ start: Start,
    _ arguments: [String],
    options: [String] = [],
    program: String? = nil,
    environment: [String: String?] = [:],
    workingDirectory: String? = nil,
    input: [UInt8] = [],
    allowed: Duration = .seconds(180),
    sourceLocation: SourceLocation = #_sourceLocation,
    while body: (RunningProcess) async throws -> Void = { _ in }
) async throws -> ProcessResult {
    let program = try program ?? BuildProducts.path(of: "mpifutures")
    // The runtime's backtraces are long, and not what is tested.
    var environment = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { own, _ in own }
    // A directory for this run alone: others, tests too, come and go in the usual one.
    let scratch = try TemporaryDirectory()
    environment["TMPDIR"] = scratch.path
    let residue = Residue(in: ["/dev/shm", scratch.path])
    let result =
        switch start {
        case .alone:
            try await runProcess(
                program,
                arguments,
                environment: environment,
                workingDirectory: workingDirectory,
                input: input,
                deadline: .after(allowed),
                while: body
            )
        case .ranks(let n):
            try await mpiexec(
                n: n,
                options: options,
                program,
                arguments,
                environment: environment,
                workingDirectory: workingDirectory,
                input: input,
                allowed: allowed,
                while: body
            )
        }
    #expect(result.leftovers.isEmpty, sourceLocation: sourceLocation)
    // The segments of jobs that run beside this one are not always seen to be in use, but they go.
    var left = Set(residue.left())
    let deadline = Deadline.after(hangTime)
    while !left.isEmpty, !deadline.isPast {
        try await Task.sleep(for: .milliseconds(20))
        left.formIntersection(residue.left())
    }
    #expect(left == [], sourceLocation: sourceLocation)
    return result
}

/// Expects exactly this of a run.
func expect(
    _ result: ProcessResult,
    status: Int,
    stdout: String = "",
    stderr: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(result.status == .exited(status), "\(result)", sourceLocation: sourceLocation)
    #expect(result.stdout.text == stdout, sourceLocation: sourceLocation)
    #expect(result.stderr.text == stderr, sourceLocation: sourceLocation)
}
