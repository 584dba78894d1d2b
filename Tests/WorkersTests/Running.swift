import Foundation
import Support
import Testing

/// Expects that a program, which was to `start` workers, says why there are none: with all of `parts`.
func expectBroken(_ result: ProcessResult, _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(result.status == .exited(0), "\(result)", sourceLocation: sourceLocation)
    #expect(result.stdout.lines.contains("workers: 0"), "\(result)", sourceLocation: sourceLocation)
    let last = result.stdout.lines.last ?? ""
    #expect(last.hasPrefix("broken: "), "\(result)", sourceLocation: sourceLocation)
    for part in parts { #expect(last.contains(part), "\(result)", sourceLocation: sourceLocation) }
}

/// Runs a program that starts workers, and expects that nothing of the run is left anywhere.
///
/// - Parameters:
///   - program: A name among the build's products, or a path.
///   - command: Words before the program: another one that runs it.
///   - options: For the `mpiexec` that is to run it as its only rank; nil for none.
@discardableResult
func start(
    _ arguments: [String],
    program: String = "WorkersProgram",
    by command: [String] = [],
    environment: [String: String?] = [:],
    mpiexec options: [String]? = nil,
    allowed: Duration = .seconds(180),
    sourceLocation: SourceLocation = #_sourceLocation,
    while body: (RunningProcess) async throws -> Void = { _ in }
) async throws -> ProcessResult {
    let scratch = try TemporaryDirectory()
    let surroundings: [String: String?] = ["TMPDIR": scratch.path, "SWIFT_BACKTRACE": "enable=no"]
    let environment = surroundings.merging(environment) { _, given in given }
    let path = program.hasPrefix("/") ? program : try BuildProducts.path(of: program)
    let result: ProcessResult
    if let options {
        result = try await mpiexec(
            n: 1,
            options: options,
            path,
            arguments,
            environment: environment,
            allowed: allowed,
            while: body
        )
    } else {
        let words = command + [path] + arguments
        result = try await runProcess(
            words[0],
            Array(words.dropFirst()),
            environment: environment,
            deadline: .after(allowed),
            while: body
        )
    }
    #expect(result.leftovers.isEmpty, "\(result)", sourceLocation: sourceLocation)
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(left == [], sourceLocation: sourceLocation)
    return result
}
