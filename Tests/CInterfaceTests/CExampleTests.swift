import Support
import Testing

/// The examples in other languages, built by the lines of examples/Makefile.
@Suite("Examples in C, C++, Fortran and Rust")
struct CExampleTests {
    @Test("Example julia in C makes the same picture as in Swift")
    func julia() async throws {
        let directory = try TemporaryDirectory()
        let library = try await build("libjulia.so", in: directory)
        let result = try await mpiexec(
            n: 3,
            BuildProducts.path(of: "mpifutures"),
            [library],
            workingDirectory: directory.path
        )
        #expect(result.status == .exited(0), "\(result)")
        let sum = try await runProcess("sha256sum", ["\(directory.path)/julia.pgm"]).stdout.text.prefix(64)
        #expect(sum == JuliaPicture.sha256)
    }

    @Test(
        "Examples words in C++, integral in Fortran and collatz in Rust print what they should",
        arguments: [("words", "c++"), ("integral", "gfortran"), ("collatz", "rustc")]
    )
    func output(name: String, compiler: String) async throws {
        guard try await runProcess("sh", ["-c", "command -v \(compiler)"]).status == .exited(0) else {
            try Test.cancel("\(compiler) is not installed")
        }
        let directory = try TemporaryDirectory()
        let library = try await build("lib\(name).so", in: directory)
        let result = try await mpiexec(n: 3, BuildProducts.path(of: "mpifutures"), [library])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == (try PackageFiles.text(of: "examples/output/\(name).txt")))
    }

    private func build(_ library: String, in directory: TemporaryDirectory) async throws -> String {
        // What `pkg-config --cflags --libs mpifutures` says of an installed copy, of the build.
        let flags = "-I\(PackageFiles.root)/Sources/CMPIFutures/include -L\(BuildProducts.directory) -lMPIFutures"
        let path = "\(directory.path)/\(library)"
        let result = try await runProcess(
            "make",
            ["-C", "\(PackageFiles.root)/examples", path, "OUT=\(directory.path)", "MPIFUTURES=\(flags)"],
            environment: ["MAKEFLAGS": nil, "MAKELEVEL": nil],
            deadline: .after(.seconds(120))
        )
        guard result.status == .exited(0) else { throw BuildFailure(description: "make \(library): \(result)") }
        return path
    }
}
