import Foundation
import Support
import Testing

/// Ranks whose command lines or surroundings differ: mpiexec starts them with arguments of their own.
@Suite("A rank that cannot begin")
struct BeginningTests {
    private let host = ProcessInfo.processInfo.hostName
    private let calls = ["-c", #"sh("echo made")"#]

    @Test(
        "A rank that cannot begin because of an option is named, and ends the job",
        arguments: ["--no-such", "--workers"]
    )
    func option(option: String) async throws {
        let bad = option == "--workers" ? [option, "2"] + calls : [option] + calls
        let result = try await launch(ranks: [[], [], bad])
        let problem =
            option == "--workers"
            ? "--workers and --spawn start workers, but mpiexec has started 2 already; leave one of them out"
            : "unknown option '--no-such'"
        let line = "mpifutures: rank 2 on \(host): \(problem); 'mpifutures --help' shows the usage\n"
        expect(result, status: 1, stderr: line)
    }

    @Test("A rank that cannot begin because of a setting is named, and ends the job")
    func setting() async throws {
        // A variable of each kind that `Processes/Settings.swift` parses.
        for variable in [
            "MPIFUTURES_THREAD_LEVEL", "MPIFUTURES_BACKOFF", "MPIFUTURES_RETRIES", "MPIFUTURES_MAX_CALLS_PER_WORKER",
            "MPIFUTURES_WORKER_ENVIRONMENT", "MPIFUTURES_HOST_LINKS", "MPIFUTURES_HEARTBEAT",
            "MPIFUTURES_MEMORY_GROUPS",
        ] {
            let result = try await launch(ranks: [[], calls], options: ["-env", variable, "some"])
            #expect(result.status == .exited(1), "\(result)")
            #expect(result.stderr.lines.count == 1, "\(result)")
            let beginning = "mpifutures: rank 1 on \(host): \(variable) "
            #expect(result.stderr.text.hasPrefix(beginning), "\(result)")
            #expect(result.stderr.text.contains("'some', but must "), "\(result)")
        }
    }

    @Test("A rank that cannot begin speaks for itself if it is rank 0, and the status is 2")
    func master() async throws {
        let result = try await launch(ranks: [["--no-such"], calls, calls])
        expect(
            result,
            status: 2,
            stderr: "mpifutures: unknown option '--no-such'; 'mpifutures --help' shows the usage\n"
        )
    }

    @Test(
        "A rank that cannot begin because it has no library beside it is named, and ends the job",
        arguments: [[false, true, false], [true, true, true]]
    )
    func library(isAlone: [Bool]) async throws {
        let directory = try TemporaryDirectory()
        let copy = "\(directory.path)/mpifutures"
        try FileManager.default.copyItem(atPath: BuildProducts.path(of: "mpifutures"), toPath: copy)
        let programs = isAlone.map { $0 ? copy : nil }
        let result = try await launch(ranks: isAlone.map { _ in calls }, programs: programs)
        #expect(result.status == .exited(1), "\(result)")
        // The ranks cannot talk to each other, so any of them may be the first to end the job.
        let beginnings = isAlone.indices.filter { isAlone[$0] }.map { rank in
            "mpifutures: rank \(rank) on \(host): the runtime library cannot be loaded: "
        }
        #expect(!result.stderr.lines.isEmpty, "\(result)")
        for line in result.stderr.lines { #expect(beginnings.contains { line.hasPrefix($0) }, "\(result)") }
        #expect(result.stdout.text == "")
    }

    /// One rank for each command line.
    ///
    /// - Parameter options: For mpiexec, about the last rank.
    private func launch(
        ranks: [[String]],
        options: [String] = [],
        programs: [String?] = []
    ) async throws -> ProcessResult {
        let launcher = try BuildProducts.path(of: "mpifutures")
        var words: [String] = []
        for (index, rank) in ranks.enumerated().dropFirst() {
            words += [":", "-n", "1"] + (index == ranks.count - 1 ? options : [])
            words += [programs.isEmpty ? launcher : programs[index] ?? launcher] + (rank.isEmpty ? calls : rank)
        }
        let first = ranks[0].isEmpty ? calls : ranks[0]
        let program = programs.first ?? nil
        return try await LauncherTests.launch(.ranks(1), first + words, program: program)
    }
}
