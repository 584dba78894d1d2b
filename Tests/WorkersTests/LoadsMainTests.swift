import Foundation
import Support
import Testing

/// The option `loadsMain`.
@Suite("Workers that do not load the program", .serialized)
struct LoadsMainTests {
    @Test("Workers that do not load the program load the libraries of its calls, from where it has them")
    func calls() async throws {
        let programs = try await LoadsPrograms.here
        expect(try await start(["calls"], program: programs.program), stdout: output(library: programs.library))
    }

    @Test("Workers that do not load the program load libraries from the path if the same build is there")
    func path() async throws {
        let programs = try await LoadsPrograms.here
        let result = try await start(
            ["calls", "/no/where", programs.other, programs.copy],
            program: programs.program
        )
        expect(result, stdout: output(library: "\(programs.copy)/liberrands.so"))
    }

    @Test(
        "Workers that do not load the program may be spawned",
        .enabled(if: SpawningMPI.here != nil, "MPIFUTURES_TEST_MPICH names no MPI")
    )
    func spawned() async throws {
        guard let build = SpawningMPI.here else { return }
        let programs = try await LoadsPrograms(build.products)
        let command = [build.mpiexec, "-n", "1"]
        expect(
            try await start(["calls"], program: programs.program, by: command),
            stdout: output(library: programs.library)
        )
        expect(
            try await start(["calls", programs.copy], program: programs.program, by: command),
            stdout: output(library: "\(programs.copy)/liberrands.so")
        )
    }

    /// Without links, as the kernel shows it.
    private func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// What the program prints if all is right; the first line is a worker's, which has not mapped the program.
    private func output(library: String) -> String {
        """
        mpifutures with 'an argument' has \(real(library))
        332833500
        332833500
        [1, 2]
        7 11
        4.0

        """
    }

    @Test("Workers that do not load the program cannot make calls that are in the program, which is said at once")
    func outside() async throws {
        let result = try await start(["outside"], program: try await LoadsPrograms.here.program)
        let inside = """
            unknownCallable: type 'loads.Inside' is in the program, which the workers do not load (loadsMain is false); \
            put it into a library that the program is linked with
            """
        func noLibrary(_ function: String) -> String {
            """
            unknownCallable: function '\(function)' is in no library of this process that the workers could load, \
            as they have to if they do not load the program (loadsMain is false); \
            name its library too, as in './libtasks.so:\(function)'
            """
        }
        let lines = [inside, inside, noLibrary("time"), noLibrary("no_such_task"), "25", inside, "4"]
        expect(result, stdout: lines.map { "\($0)\n" }.joined())
    }

    @Test("Workers that do not load the program find a library elsewhere if the program's file is gone")
    func moved() async throws {
        let programs = try await LoadsPrograms.here.duplicate()
        let result = try await start(["replaced", "", programs.copy], program: programs.program)
        #expect(result.stdout.text.contains("has \(real("\(programs.copy)/liberrands.so"))"), "\(result)")
    }

    @Test("Workers that do not load the program fail calls whose library they do not find, and name it")
    func missing() async throws {
        let programs = try await LoadsPrograms.here.duplicate()
        let result = try await start(["replaced", ""], program: programs.program)
        #expect(result.stdout.text.contains("cannot load '\(programs.library)': no such file"), "\(result)")
        #expect(result.stdout.text.hasPrefix("Errands.Where: "), "\(result)")
    }

    @Test("Workers that do not load the program fail calls if they find only another build of the library")
    func otherBuild() async throws {
        let elsewhere = try await LoadsPrograms.here.duplicate()
        let first = try await start(["replaced", "", elsewhere.other], program: elsewhere.program)
        #expect(first.stdout.text.contains("'\(elsewhere.other)/liberrands.so' is another build ("), "\(first)")
        let replaced = try await LoadsPrograms.here.duplicate()
        let file = "\(replaced.other)/liberrands.so"
        let second = try await start(["replaced", file], program: replaced.program)
        #expect(second.stdout.text.contains("'\(replaced.library)' is another build ("), "\(second)")
    }

    @Test("Workers that do not load the program are processes of the launcher, which nobody else can start as such")
    func byHand() async throws {
        for option in ["--serve", "--serve-plugin"] {
            let result = try await start([option, "x", "y"], program: "mpifutures")
            #expect(result.status == .exited(2), "\(result)")
            #expect(result.stderr.text.contains("\(option) is for workers"), "\(result)")
            #expect(result.stderr.lines.count == 1, "\(result)")
        }
    }
}
