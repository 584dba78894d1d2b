import Glibc

/// Runs a program as `n` processes of one MPI job, as `runProcess` does.
///
/// One job at a time: ranks that wait keep their core busy, and jobs beside one another would push
/// each other past their deadlines.
///
/// - Parameters:
///   - n: The number of ranks.
///   - launcher: The `mpiexec`; nil for that of the variable `MPIEXEC`, or in PATH.
///   - options: For `mpiexec` itself, between its name and the program.
///   - allowed: How long the job may take, from the moment when its turn has come.
/// - Throws: As `runProcess`.
@discardableResult
package func mpiexec(
    n: Int,
    launcher: String? = nil,
    options: [String] = [],
    _ program: String,
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    workingDirectory: String? = nil,
    input: [UInt8] = [],
    allowed: Duration = .seconds(180),
    while body: (RunningProcess) async throws -> Void = { _ in }
) async throws -> ProcessResult {
    await Turn.ofJobs.take()
    do {
        let result = try await runProcess(
            launcher ?? getenv("MPIEXEC").map { String(cString: $0) } ?? "mpiexec",
            ["-n", "\(n)"] + options + [program] + arguments,
            environment: environment,
            workingDirectory: workingDirectory,
            input: input,
            deadline: .after(allowed),
            while: body
        )
        await Turn.ofJobs.pass()
        return result
    } catch {
        await Turn.ofJobs.pass()
        throw error
    }
}
