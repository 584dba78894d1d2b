import Support
import Testing

/// The rank counts at which everything that makes sense at any size is tested.
let rankCounts = [1, 2, 3, 5]

/// Runs RankProgram as one job and expects that nothing of it is left.
func runRankProgram(
    n: Int,
    _ arguments: [String],
    options: [String] = [],
    environment: [String: String?] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> ProcessResult {
    let result = try await mpiexec(
        n: n,
        options: options,
        try BuildProducts.path(of: "RankProgram"),
        arguments,
        environment: environment
    )
    #expect(result.leftovers.isEmpty, sourceLocation: sourceLocation)
    return result
}

/// Runs RankProgram as one job and expects it to end well and to write exactly these lines, in any
/// order.
///
/// - Parameter lines: What a rank writes, without the "RANK: " at the beginning of each line.
func expectRankProgram(
    n: Int,
    _ arguments: [String],
    options: [String] = [],
    environment: [String: String?] = [:],
    sourceLocation: SourceLocation = #_sourceLocation,
    writes lines: (_ rank: Int) -> [String]
) async throws {
    let result = try await runRankProgram(
        n: n,
        arguments,
        options: options,
        environment: environment,
        sourceLocation: sourceLocation
    )
    let expected = (0..<n).flatMap { rank in lines(rank).map { "\(rank): \($0)" } }.sorted()
    #expect(result.status == .exited(0), "\(result)", sourceLocation: sourceLocation)
    #expect(result.stderr.text == "", sourceLocation: sourceLocation)
    #expect(result.stdout.sortedLines == expected, sourceLocation: sourceLocation)
}
