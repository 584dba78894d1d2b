import Support
import Testing

/// mpifutures.hpp and mpifutures.f90: what they send and read, in programs that say "ok" to each thing that is right.
@Suite("Modules for other languages", .serialized)
struct LanguageModuleTests {
    private static let values = "\(PackageFiles.root)/Tests/Fixtures/cpp/values.cpp"

    @Test("mpifutures.hpp sends and reads all values")
    func cPlusPlus() async throws {
        let directory = try TemporaryDirectory()
        let library = "\(directory.path)/libvalues.so"
        // Optimised templates take a compiler half a minute.
        try await buildCPlugin([Self.values], compiler: "c++", options: ["-O0"], to: library)
        try await expectAllRight(library, count: 50)
    }

    @Test(
        "mpifutures.hpp compiles without a warning",
        arguments: [("c++", "-std=c++17"), ("c++", "-std=c++20"), ("clang++", "-std=c++17")]
    )
    func warnings(compiler: String, standard: String) async throws {
        let result = try await runProcess(
            compiler,
            [
                standard, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only",
                "-I", "\(PackageFiles.root)/Sources/CMPIFutures/include", Self.values,
            ],
            deadline: .after(.seconds(120))
        )
        #expect(result.status == .exited(0), "\(result)")
    }

    @Test(
        "mpifutures.hpp says of a type that does not travel what does",
        arguments: ["double f(P p) { return p.x; }", "P f() { return {}; }"]
    )
    func structs(task: String) async throws {
        let directory = try TemporaryDirectory()
        let source = "#include <mpifutures.hpp>\nstruct P { double x; };\n\(task)\nMPIFUTURES_TASK(f)\n"
        let path = try directory.write(source, to: "structs.cpp")
        let result = try await runProcess(
            "c++",
            ["-std=c++17", "-fsyntax-only", "-I", "\(PackageFiles.root)/Sources/CMPIFutures/include", path],
            deadline: .after(.seconds(120))
        )
        #expect(result.status == .exited(1), "\(result)")
        let errors = result.stderr.lines.filter { $0.contains("error: ") }
        #expect(errors.count == 1 && errors[0].contains("this type does not travel: "), "\(result)")
    }

    @Test("mpifutures.f90 sends and reads all values, and compiles without a warning")
    func fortran() async throws {
        guard try await runProcess("sh", ["-c", "command -v gfortran"]).status == .exited(0) else {
            try Test.cancel("gfortran is not installed")
        }
        let directory = try TemporaryDirectory()
        let object = "\(directory.path)/mpifutures.o"
        let library = "\(directory.path)/libvalues.so"
        let options = ["-std=f2008", "-O2", "-fPIC", "-J", directory.path]
        let module = try await runProcess(
            "gfortran",
            options + [
                "-Wall", "-Wextra", "-Werror", "-c", "\(PackageFiles.root)/Sources/CMPIFutures/fortran/mpifutures.f90",
                "-o",
                object,
            ]
        )
        #expect(module.status == .exited(0), "\(module)")
        let program = try await runProcess(
            "gfortran",
            options + [
                "-shared", "\(PackageFiles.root)/Tests/Fixtures/fortran/values.f90", object, "-o", library,
                "-L", BuildProducts.directory, "-lMPIFutures",
            ]
        )
        #expect(program.status == .exited(0), "\(program)")
        try await expectAllRight(library, count: 33)
        let listing = try await runProcess(
            BuildProducts.path(of: "mpifutures"),
            ["--list", "./libvalues.so"],
            workingDirectory: directory.path
        )
        let tasks = ["kinds", "narrow", "place", "same", "scale"].map { "./libvalues.so:\($0)(…)\n" }.joined()
        #expect(listing.stdout.text == tasks)
    }

    private func expectAllRight(_ library: String, count: Int) async throws {
        let result = try await mpiexec(n: 3, BuildProducts.path(of: "mpifutures"), [library])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stderr.text == "")
        let lines = result.stdout.lines
        #expect(lines.count == count)
        #expect(lines.allSatisfy { $0.hasSuffix(": ok") || $0.hasSuffix(": ok   ") }, "\(result)")
    }
}
