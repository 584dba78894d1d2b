import Foundation
import Support
import Testing

/// A call that takes its process out of the job, what is said about it, and the status that follows.
struct PrematureEnd: Sendable, CustomTestStringConvertible {
    let kind: String
    let words: String
    var status = 1

    private static let returns = "; return or throw an error instead"

    /// The words have the place of the task's name between them.
    static let all = [
        PrematureEnd(kind: "_exit", words: "called _exit(0)#\(returns)"),
        PrematureEnd(kind: "_exit-5", words: "called _exit(5)#\(returns)", status: 5),
        PrematureEnd(kind: "quick_exit", words: "called quick_exit#\(returns)"),
        PrematureEnd(kind: "pthread_exit", words: "called pthread_exit#; return from the function instead"),
        finalize,
    ]

    static let finalize = PrematureEnd(
        kind: "MPI_Finalize",
        words: "called MPI_Finalize#; remove the call, mpifutures ends MPI by itself"
    )

    static let withoutMPI = all.filter { $0.kind != finalize.kind }

    func line(task: String? = nil) -> String {
        words.replacing("#", with: task.map { " while running \($0)" } ?? "") + "\n"
    }

    var testDescription: String { kind }
}

@Suite("A process that leaves its job")
struct PrematureEndTests {
    private let host = ProcessInfo.processInfo.hostName

    /// Expects one line, of one of these ranks, and a job that has ended with it.
    private func expect(
        _ result: ProcessResult,
        _ end: PrematureEnd,
        task: String? = nil,
        ranks: Range<Int>,
        of size: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == .exited(end.status), "\(result)", sourceLocation: sourceLocation)
        let lines = ranks.map { "mpifutures: rank \($0) of \(size) on \(host) \(end.line(task: task))" }
        #expect(lines.contains(result.stderr.text), "\(result)", sourceLocation: sourceLocation)
        #expect(result.stdout.text == "", "\(result)", sourceLocation: sourceLocation)
    }

    @Test(
        "A process that leaves its job by a task ends the job, and is named, whatever the other workers do",
        arguments: [2, 3],
        PrematureEnd.all
    )
    func task(n: Int, end: PrematureEnd) async throws {
        for who in n == 2 ? ["task"] : ["task", "busy task"] {
            let result = try await launch(.ranks(n), [try await Plugins.endingsInC, who, end.kind])
            expect(result, end, task: "end_worker", ranks: 1..<n, of: n)
        }
    }

    @Test(
        "A process that leaves its job by a plugin's main ends the job, and is named",
        arguments: [2, 3],
        PrematureEnd.all
    )
    func main(n: Int, end: PrematureEnd) async throws {
        for who in ["program", "busy", "late"] {
            let result = try await launch(.ranks(n), [try await Plugins.endingsInC, who, end.kind])
            // The task that another process runs is none of this one's.
            expect(result, end, ranks: 0..<1, of: n)
        }
    }

    @Test(
        "A process that leaves its job is named in a job of one rank too",
        arguments: ["program", "task"],
        PrematureEnd.all
    )
    func oneRank(who: String, end: PrematureEnd) async throws {
        let result = try await launch(.ranks(1), [try await Plugins.endingsInC, who, end.kind])
        expect(result, end, task: who == "task" ? "end_worker" : nil, ranks: 0..<1, of: 1)
    }

    @Test(
        "A process that leaves its job is named without mpiexec too",
        arguments: ["program", "task"],
        PrematureEnd.withoutMPI
    )
    func alone(who: String, end: PrematureEnd) async throws {
        let result = try await launch(.alone, [try await Plugins.endingsInC, who, end.kind])
        expect(result, end, task: who == "task" ? "end_worker" : nil, ranks: 0..<1, of: 1)
    }

    @Test(
        "A process that leaves its job by a task of a worker that was started for it, is the error of the call",
        arguments: PrematureEnd.all
    )
    func startedWorker(end: PrematureEnd) async throws {
        let library = try await Plugins.endingsInC
        let call = "\(library):end_worker(\"\(end.kind)\")"
        let result = try await launch(.alone, ["--workers", "2", "-c", call])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.text.contains(end.line(task: "end_worker")), "\(result)")
        let program = try await Plugins.endingsProgram
        let own = try await launch(.alone, ["task", end.kind], program: program)
        #expect(own.status == .exited(0), "\(own)")
        #expect(own.stdout.text.hasPrefix("error: rank "), "\(own)")
        #expect(own.stdout.text.hasSuffix(end.line(task: "end_worker") + "goes on\n"), "\(own)")
    }

    @Test("A process of a program of its own that leaves is named only while it has workers")
    func ownProgram() async throws {
        let program = try await Plugins.endingsProgram
        for end in PrematureEnd.withoutMPI {
            let result = try await launch(.alone, ["program", end.kind], program: program)
            LauncherTests.expect(result, status: end.status, stderr: "mpifutures: this process \(end.line())")
        }
        LauncherTests.expect(try await launch(.alone, ["late", "_exit"], program: program), status: 0)
    }
}
