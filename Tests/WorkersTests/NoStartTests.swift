import Foundation
import Support
import Testing

@Suite("Workers that cannot be started", .serialized)
struct NoStartTests {
    @Test("Workers that cannot be started because there is no mpiexec")
    func noMPIExec() async throws {
        try await expectFailure(
            ["cannot run '/no/where/mpiexec'", "No such file"],
            environment: ["MPIFUTURES_MPIEXEC": "/no/where/mpiexec"]
        )
    }

    @Test("Workers that cannot be started because mpiexec fails, and what it wrote")
    func brokenMPIExec() async throws {
        try await expectFailure(
            ["before they served", "ended with status 255", "unrecognized argument no-such-option"],
            environment: ["MPIFUTURES_MPIEXEC": "mpiexec -no-such-option"]
        )
    }

    @Test("Workers that cannot be started because mpiexec is that of another MPI")
    func foreignMPIExec() async throws {
        // Starts the program, but as no rank.
        try await expectFailure(
            ["belongs to another MPI library", "MPIFUTURES_MPIEXEC"],
            environment: ["MPIFUTURES_MPIEXEC": "\(PackageFiles.root)/Tests/Fixtures/mpiexec/no-job"]
        )
    }

    @Test(
        "Workers that cannot be started because nothing can be written to TMPDIR",
        arguments: ["/proc/none", "/dev/null"]
    )
    func noTemporaryDirectory(path: String) async throws {
        try await expectFailure(["cannot make a socket", "'\(path)'", "TMPDIR"], environment: ["TMPDIR": path])
    }

    @Test("Workers that cannot be started because their program ends at once")
    func endsAtOnce() async throws {
        try await expectFailure(["before they served"], program: ["/bin/true"])
        try await expectFailure(["before they served"], program: ["/bin/false"])
    }

    @Test("Workers that cannot be started because their program never serves")
    func neverServes() async throws {
        try await expectFailure(
            ["did not serve within 0.5"],
            program: ["/bin/sleep", "1000"],
            environment: ["MPIFUTURES_START_TIMEOUT": "0.5"]
        )
    }

    @Test("Workers that cannot be started in time leave nothing behind that mpiexec has asked a batch system for")
    func cancelled() async throws {
        let directory = try TemporaryDirectory()
        try await expectFailure(
            ["did not serve within 0.5"],
            environment: [
                "MPIFUTURES_START_TIMEOUT": "0.5",
                "MPIFUTURES_MPIEXEC": "\(PackageFiles.root)/Tests/Fixtures/mpiexec/asks-a-batch-system",
                "CANCELLED": "\(directory.path)/cancelled",
            ]
        )
        #expect(FileManager.default.fileExists(atPath: "\(directory.path)/cancelled"))
    }

    @Test("Workers that cannot be started because there is no such program")
    func noProgram() async throws {
        try await expectFailure(
            ["cannot run '/no/where/program' as worker", "No such file"],
            program: ["/no/where/program"]
        )
    }

    @Test("Workers that cannot be started because their program is a directory, which may be searched and not run")
    func directory() async throws {
        try await expectFailure(["cannot run '/tmp' as worker", "Is a directory"], program: ["/tmp"])
    }

    @Test("Workers that cannot be started because of a setting that only they have: one of them says so")
    func setting() async throws {
        let result = try await start(
            ["start", ""],
            environment: ["MPIFUTURES_MPIEXEC": "env MPIFUTURES_BACKOFF=soon mpiexec"]
        )
        expectBroken(result, ["rank 0 on ", "MPIFUTURES_BACKOFF is 'soon'"])
        #expect(result.stderr.lines.count == 1, "\(result)")
    }

    private func expectFailure(
        _ parts: [String],
        program: [String] = [""],
        environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await start(["start"] + program, environment: environment, sourceLocation: sourceLocation)
        expectBroken(result, parts, sourceLocation: sourceLocation)
    }
}
