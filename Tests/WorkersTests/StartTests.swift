import Foundation
import Support
import Testing

@Suite("Workers that a program starts", .serialized)
struct StartTests {
    @Test("Workers that a program starts are one by default, or as many as the environment says")
    func defaults() async throws {
        let one = try await start(["count"], environment: ["MPIFUTURES_MAX_WORKERS": nil])
        expect(one, stdout: "1\n")
        let three = try await start(["count"], environment: ["MPIFUTURES_MAX_WORKERS": "3"])
        expect(three, stdout: "3\n")
    }

    @Test("Workers that a program starts fill the universe of mpiexec")
    func universe() async throws {
        let universe = try await start(["count"], mpiexec: ["-usize", "4"])
        expect(universe, stdout: "3\n")
        let none = try await start(["count"], mpiexec: [])
        expect(none, stdout: "1\n")
    }

    @Test("Workers that a program starts belong to one executor each")
    func executors() async throws {
        expect(try await start(["executors"]), stdout: "1 2\n")
    }

    // `InstallTests.OptionTests` shows each option alone, in one worker. This test shows them together, in all workers.
    @Test(
        "Workers that a program starts have the surroundings that the options say",
        arguments: [nil, ["-usize", "2"]]
    )
    func surroundings(mpiexec: [String]?) async throws {
        let directory = try TemporaryDirectory()
        let result = try await start(
            ["surroundings", directory.path],
            environment: ["MPIFUTURES_PATH": "/usual"],
            mpiexec: mpiexec
        )
        let line =
            "first|second one; \(directory.path); a b=c; ''; /some/where:/else where:/usual; 0.007; unset; value\n"
        expect(result, stdout: line + line)
    }

    @Test("Workers that a program starts cannot meet on the world communicator, and are told what to use")
    func world() async throws {
        let result = try await start(["world"])
        #expect(result.stdout.text.hasPrefix("barrier() on the world communicator would never end"), "\(result)")
        #expect(result.stdout.text.contains("use Communicator.workers inside tasks"), "\(result)")
    }

    @Test(
        "Workers that a program starts get variables whose values no process has among its arguments",
        arguments: [nil, ["-usize", "2"]]
    )
    func secrets(mpiexec: [String]?) async throws {
        let environment = ["SECRET": "\(UUID())"]
        expect(try await start(["secrets"], environment: environment, mpiexec: mpiexec), stdout: "right\nnobody\n")
    }

    @Test("Workers that a program starts write to the program's streams, whole lines, all of them")
    func output() async throws {
        let result = try await start(["output"])
        #expect(result.status == .exited(0), "\(result)")
        let lines = (0..<200).map { "line \($0) " + String(repeating: "x", count: 1000) }
        #expect(result.stdout.sortedLines == lines.sorted())
    }

    @Test("Workers that a program starts take and give large values")
    func large() async throws {
        expect(try await start(["large", "20000000"]), stdout: "right\n")
    }

    @Test("Workers that a program starts let the program end when its calls are done, or at once with another status")
    func endings() async throws {
        expect(try await start(["quit", "0"]), stdout: "quitting\n")
        // Its workers would be busy for longer than a program may take here.
        let result = try await start(["quit", "5"])
        #expect(result.status == .exited(5), "\(result)")
    }

    @Test("Workers that a program starts serve programs without MPIProgram that ask for it")
    func topLevel() async throws {
        expect(try await start(["serve"], program: "TopLevelProgram"), stdout: "27\n")
    }

    @Test("Workers that a program starts are not started by a program that would not serve")
    func unprepared() async throws {
        let result = try await start([], program: "TopLevelProgram")
        #expect(result.stdout.text.contains("call MPIPoolExecutor.serveIfWorker()"), "\(result)")
    }

    @Test(
        "Workers that a program starts end with an explanation if their program makes an executor in place of serving"
    )
    func recursion() async throws {
        let result = try await start(["as-executable"], program: "TopLevelProgram")
        #expect(result.stdout.text.contains("call MPIPoolExecutor.serveIfWorker()"), "\(result)")
        #expect(result.stderr.text.contains("started to be a worker"), "\(result)")
    }
}

func expect(_ result: ProcessResult, stdout: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(result.status == .exited(0), "\(result)", sourceLocation: sourceLocation)
    #expect(result.stdout.text == stdout, sourceLocation: sourceLocation)
    #expect(result.stderr.text == "", sourceLocation: sourceLocation)
}
