import Foundation
import Support
import Testing

/// Where MPI can spawn: see `SpawningMPI`.
@Suite(
    "Workers that MPI spawns",
    .serialized,
    .enabled(if: SpawningMPI.here != nil, "MPIFUTURES_TEST_MPICH names no MPI")
)
struct SpawnTests {
    @Test("Workers that MPI spawns are as many as MPI has room for")
    func universe() async throws {
        expect(try await run(["count"], options: ["-usize", "4"]), stdout: "3\n")
        expect(try await run(["count"], options: []), stdout: "1\n")
    }

    @Test("Workers that MPI spawns have the surroundings that the options say")
    func surroundings() async throws {
        let directory = try TemporaryDirectory()
        let result = try await run(["surroundings", directory.path], environment: ["MPIFUTURES_PATH": "/usual"])
        let line =
            "first|second one; \(directory.path); a b=c; ''; /some/where:/else where:/usual; 0.007; unset; value\n"
        expect(result, stdout: line + line)
    }

    @Test("Workers that MPI spawns can meet on the world communicator, which is theirs")
    func world() async throws { expect(try await run(["world"]), stdout: "met\n") }

    @Test("Workers that MPI spawns get variables whose values no process has among its arguments")
    func secrets() async throws {
        expect(try await run(["secrets"], environment: ["SECRET": "\(UUID())"]), stdout: "right\nnobody\n")
    }

    @Test("Workers that MPI spawns get variables from MPI where they cannot read their master's file")
    func otherHost() async throws {
        // Without `readlink` the shell cannot tell which system it is on.
        let tools = try TemporaryDirectory()
        let environment = ["SECRET": "\(UUID())", "PATH": tools.path]
        expect(try await run(["secrets"], environment: environment), stdout: "right\nnobody\n")
    }

    @Test("Workers that MPI spawns may be fewer than were asked for, if the key 'soft' allows it")
    func soft() async throws {
        guard let build = SpawningMPI.here else { return }
        // MPICH starts all, whatever the key says. So an MPI that does not is put before it.
        let directory = try TemporaryDirectory()
        let library = "\(directory.path)/libsoft.so"
        let source = "\(PackageFiles.root)/Tests/Fixtures/c/soft.c"
        let compiler = "\(build.mpiexec.dropLast("mpiexec".count))mpicc"
        let options = ["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        let made = try await runProcess(compiler, options + [source, "-o", library])
        #expect(made.status == .exited(0), "\(made)")
        expect(try await run(["soft", "4", "2"], environment: ["LD_PRELOAD": library]), stdout: "2: 0 1 4 9 16 25\n")
        expect(try await run(["soft", "4", "2"]), stdout: "4: 0 1 4 9 16 25\n")
    }

    @Test("Workers that MPI spawns cannot be of a program that is not there")
    func noProgram() async throws {
        try await expectFailure(
            ["cannot run '/no/where/program' as worker", "No such file"],
            program: ["/no/where/program"]
        )
    }

    @Test("Workers that MPI spawns fail all calls if their program ends at once, or never serves")
    func neverServes() async throws {
        for program in [["/bin/true"], ["/bin/false"], ["/bin/sleep", "1000"]] {
            try await expectFailure(
                ["did not serve within 1"],
                program: program,
                environment: ["MPIFUTURES_START_TIMEOUT": "1"]
            )
        }
    }

    @Test(
        "Workers that MPI spawns end with their master, and it with any of them",
        arguments: ["WorkersProgram", "mpiexec"]
    )
    func killed(name: String) async throws {
        let result = try await run(["squares", "60000"]) { program in
            try await program.waitForOutput(containing: "begun")
            let victim = program.descendants.first { $0.commandLine.contains("/\(name) squares") }?.id
            kill(victim ?? program.id, SIGKILL)
        }
        #expect(result.status != .exited(0), "\(result)")
        #expect(!result.stdout.text.contains("right"), "\(result)")
    }

    private func expectFailure(
        _ parts: [String],
        program: [String],
        environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = Self.segments
        let result = try await run(["start"] + program, environment: environment, sourceLocation: sourceLocation)
        expectBroken(result, parts, sourceLocation: sourceLocation)
        // No other test of this MPI runs at the same time for longer than this one waits.
        try await waitUntil("MPI's shared memory is gone") { Self.segments.subtracting(before).isEmpty }
    }

    /// MPICH's shared memory; that of Debian's has other names.
    private static var segments: Set<String> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
        return Set(names.filter { $0.hasPrefix("mpich_shm_") })
    }

    private func run(
        _ arguments: [String],
        options: [String] = [],
        environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation,
        while body: (RunningProcess) async throws -> Void = { _ in }
    ) async throws -> ProcessResult {
        guard let build = SpawningMPI.here else { throw BuildFailure(description: "no MPI can spawn here") }
        return try await start(
            arguments,
            program: build.path(of: "WorkersProgram"),
            by: [build.mpiexec, "-n", "1"] + options,
            environment: environment,
            sourceLocation: sourceLocation,
            while: body
        )
    }
}
