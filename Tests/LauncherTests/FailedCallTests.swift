import Foundation
import Support
import Testing

@Suite("Calls that have ended their worker for the last time", .serialized)
struct FailedCallTests {
    /// Saves the failed calls of a plugin of which five end their worker, each in another way.
    private func save(_ directory: String) async throws -> ProcessResult {
        try await launch(
            .alone,
            ["--workers", "2", "--save-failed", directory, try await Plugins.crash, "100", "20"],
            environment: ["MPIFUTURES_ISOLATE": "on"]
        )
    }

    /// Runs a command as a shell does.
    private func shell(_ command: String) async throws -> ProcessResult {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return try await runProcess(
            "/bin/sh",
            ["-c", command],
            environment: ["PATH": "\(BuildProducts.directory):\(path)", "SWIFT_BACKTRACE": "enable=no"]
        )
    }

    @Test("Calls that have ended their worker are saved, and the printed commands make them again alone")
    func replay() async throws {
        let directory = try TemporaryDirectory()
        let saved = try await save("\(directory.path)/failed calls")
        #expect(saved.status == .exited(0), "\(saved)")
        #expect(saved.stdout.lines.last == "95 right, 5 failed", "\(saved)")
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/failed calls")
        #expect(files.count == 5 && files.allSatisfy { $0.hasSuffix(".call") }, "\(files)")
        let marker = "to make this call again alone: "
        let lines = saved.stderr.lines.filter { $0.contains(marker) }
        #expect(lines.count == 5, "\(saved)")
        // What a shell makes of the signals, and the statuses.
        let ends = [("SIGSEGV", 139), ("SIGABRT", 134), ("SIGILL", 132), ("exit(3)", 3), ("exit(0)", 0)]
        for (end, status) in ends {
            let line = try #require(lines.first { $0.contains(end) }, "\(saved)")
            let command = String(line[try #require(line.firstRange(of: marker)).upperBound...])
            let again = try await shell("\(command); exit $?")
            #expect(again.status == .exited(status), "\(command)\n\(again)")
            #expect(again.stderr.text.contains("crash.Square"), "\(again)")
        }
    }

    @Test("Calls that have ended their worker are not saved unless somebody asks for it")
    func notAsked() async throws {
        let result = try await launch(
            .alone,
            ["--workers", "2", try await Plugins.crash, "100", "20"],
            environment: ["MPIFUTURES_ISOLATE": "on", "MPIFUTURES_SAVE_FAILED": nil]
        )
        #expect(!result.stderr.text.contains("again alone"), "\(result)")
    }

    @Test("Commands that are killed at their limits are saved, and need no plugin to be made again")
    func command() async throws {
        let directory = try TemporaryDirectory()
        let result = try await launch(
            .alone,
            ["--time-limit", "0.3", "--save-failed", directory.path, "-c"]
                + [#"sh("[ -e \#(directory.path)/now ] || sleep 1000; echo made", "x")"#],
            environment: ["MPIFUTURES_ISOLATE": nil]
        )
        #expect(result.status == .exited(1), "\(result)")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let file = try #require(files.first, "\(result)")
        try directory.write("", to: "now")
        let again = try await launch(.alone, ["--replay", "\(directory.path)/\(file)"])
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.stderr.text.contains("has returned this time"), "\(again)")
    }

    @Test("A directory in which no call can be saved costs a line, and not the run")
    func unwritable() async throws {
        let saved = try await save("/proc/none")
        #expect(saved.stdout.lines.last == "95 right, 5 failed", "\(saved)")
        #expect(saved.stderr.text.contains("is not saved: cannot make '/proc/none'"), "\(saved)")
    }

    @Test("Files that have no call for this program give one line each, and status 2")
    func badFiles() async throws {
        let directory = try TemporaryDirectory()
        _ = try await save(directory.path)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let good = try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/\(try #require(files.first))"))
        let plugin = try await Plugins.crash
        func expectProblem(_ data: Data?, _ problem: String, plugin: String) async throws {
            let path = "\(directory.path)/bad"
            try? FileManager.default.removeItem(atPath: path)
            try data?.write(to: URL(fileURLWithPath: path))
            let result = try await launch(.alone, ["--replay", path, plugin])
            #expect(result.status == .exited(2), "\(problem): \(result)")
            #expect(result.stderr.lines.count == 1, "\(problem): \(result)")
            #expect(result.stderr.text.contains(problem), "\(problem): \(result)")
        }
        try await expectProblem(nil, "No such file", plugin: plugin)
        try await expectProblem(Data("text".utf8), "is no call that mpifutures has saved", plugin: plugin)
        try await expectProblem(Data("mpifutures-call 9\n\n".utf8), "has format 9", plugin: plugin)
        try await expectProblem(Data("mpifutures-call 1\n\n".utf8), "ends too early", plugin: plugin)
        try await expectProblem(good.prefix(good.count - 1), "is damaged", plugin: plugin)
        try await expectProblem(good, "was saved by another build", plugin: try await Plugins.endings)
    }

    @Test("--replay stands alone")
    func misuse() async throws {
        let calls = try await launch(.alone, ["--replay", "file", "-c", #"sh("true")"#])
        #expect(calls.status == .exited(2) && calls.stderr.lines.count == 1, "\(calls)")
        let ranks = try await launch(.ranks(1), ["--replay", "file"])
        #expect(ranks.stderr.text.contains("leave mpiexec out"), "\(ranks)")
    }
}
