import Foundation
import Support
import Testing

/// Programs of their own whose workers are runners: a call that ends its process fails alone.
@Suite("Workers that know no MPI", .serialized)
struct RunnerTests {
    private func run(
        _ arguments: [String],
        allowed: Duration = .seconds(180),
        while body: (RunningProcess) async throws -> Void = { _ in }
    ) async throws -> ProcessResult {
        let files = Residue(in: ["/dev/shm"])
        let result = try await start(
            arguments,
            environment: ["MPIFUTURES_ISOLATE": "on"],
            allowed: allowed,
            while: body
        )
        // Runners have no files: their memory has no name.
        #expect(files.left().filter { $0.contains("mpifutures") || $0.contains("memfd") } == [])
        return result
    }

    @Test("A saved call is made again in its program, with arrays, globals, initializer and shared values as before")
    func saved() async throws {
        let directory = try TemporaryDirectory()
        let (calls, file) = ("\(directory.path)/calls", "\(directory.path)/file")
        let crashed = try await run(["saved", calls, file])
        #expect(crashed.stdout.lines == ["killed(signal: 6)"], "\(crashed)")
        let call = try #require(FileManager.default.contentsOfDirectory(atPath: calls).first)
        #expect(crashed.stderr.text.contains("MPIFUTURES_REPLAY=\(calls)/\(call) "), "\(crashed)")
        let replay = ["MPIFUTURES_REPLAY": "\(calls)/\(call)"]
        let again = try await start(["saved", calls, file], environment: replay)
        #expect(again.status == .signaled(6), "\(again)")
        try directory.write("", to: "file")
        let made = try await start(["saved", calls, file], environment: replay)
        #expect(made.status == .exited(0), "\(made)")
        #expect(made.stdout.text == "117 4999950000\n", "\(made)")
    }

    @Test("Runners say how each call ended its process, and begin anew with initializer, globals and shared values")
    func faults() async throws {
        let result = try await run(["faults"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(
            result.stdout.lines == [
                "segmentationFault: killed(signal: 11), then 117", "abort: killed(signal: 6), then 117",
                "trap: killed(signal: 4), then 117", "overflow: killed(signal: 11), then 117",
                "exitZero: exited(status: 0), then 117", "exit: exited(status: 3), then 117",
                "immediateExit: exited(status: 4), then 117", "kill: killed(signal: 9), then 117",
                "closeDescriptors: 1, then 117", "overwriteEnvironment: 1, then 117",
            ],
            "\(result)"
        )
        #expect(result.stderr.text.contains("Fatal error: a trap"), "\(result)")
        // UCX adds no backtraces of its own.
        #expect(!result.stderr.text.contains("Caught signal"), "\(result)")
    }

    @Test("Runners are replaced when they are killed from outside, and only a call that runs fails")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let result = try await run(["killed", "\(directory.path)/process"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines == ["5 processes", "killed(signal: 9)", "9"], "\(result)")
    }

    @Test("Runners make 20,000 calls once each, of which 200 end their process")
    func scattered() async throws {
        let seed = SeededGenerator().seed
        let directory = try TemporaryDirectory()
        let result = try await run(
            ["scattered", "20000", "200", "\(seed)", "\(directory.path)/marks"],
            allowed: .seconds(180)
        )
        #expect(result.status == .exited(0), "seed \(seed): \(result)")
        #expect(result.stdout.lines == ["19800 right, 200 failed, each made once"], "seed \(seed): \(result)")
    }

    @Test("Runners pass on what a call writes to standard error, and keep its last lines for the error")
    func lastWords() async throws {
        let result = try await run(["last words"])
        let lines = (1...20).map { "line \($0)" } + ["and no end of line"]
        // A trap's backtrace does not push out its reason.
        #expect(result.stdout.lines == lines.suffix(8) + ["and the trap's reason"], "\(result)")
        #expect(Array(result.stderr.lines.prefix(lines.count)) == lines, "\(result)")
    }

    @Test("Runners end an executor whose initializer ends its process, and name it")
    func initializer() async throws {
        let result = try await run(["bad beginning"])
        #expect(result.status == .exited(0), "\(result)")
        let text = result.stdout.text
        #expect(text.contains("the initializer WorkersProgram.Fault called exit(3)"), "\(result)")
    }

    @Test("Runners are gone after the program's death", arguments: [SIGKILL, SIGTERM, SIGINT])
    func masterKilled(signal: Int32) async throws {
        let result = try await run(["squares", "60000"]) { program in
            try await program.waitForOutput(containing: "begun")
            program.send(signal: signal)
        }
        #expect(result.status == .signaled(Int(signal)), "\(result)")
    }

    @Test("Runners carry large values")
    func large() async throws {
        let result = try await run(["large", "\(5 << 20)"])
        #expect(result.stdout.text == "right\n", "\(result)")
    }

    @Test("Runners find around them what the options say")
    func surroundings() async throws {
        let directory = try TemporaryDirectory()
        let result = try await run(["surroundings", directory.path])
        let text = "first|second one; \(directory.path); a b=c; ''; /some/where:/else where; 0.007; unset; value"
        #expect(result.stdout.lines == [text, text], "\(result)")
    }

    @Test("Runners that cannot be started, or do not serve, break the executor with the reason")
    func noStart() async throws {
        let reasons = [
            "/nowhere/program": "could not be started", "false": "called exit(1) before it served",
            "true": "called exit(0) before it served",
        ]
        for (program, reason) in reasons {
            let result = try await run(["start", program])
            #expect(result.status == .exited(0) && result.stdout.text.contains("broken: "), "\(result)")
            #expect(result.stdout.text.contains(reason), "\(result)")
        }
    }

    @Test("Runners are not to be on other hosts")
    func hosts() async throws {
        let result = try await run(["squares-on", "here,there", "10"])
        #expect(result.stdout.text.contains("isolated workers are on this host"), "\(result)")
    }
}
