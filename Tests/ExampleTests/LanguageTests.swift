import Support
import Testing

/// The examples in other languages, built by the lines of examples/Makefile.
@Suite("Examples in other languages", .serialized)
struct LanguageTests {
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
        "Examples in C, C++, Fortran and Rust print what they should",
        arguments: [
            ("words", "c++"), ("integral", "gfortran"), ("collatz", "cargo"), ("squares-c", "cc"),
            ("squares-cpp", "c++"), ("squares-fortran", "gfortran"), ("squares-rust", "cargo"),
        ]
    )
    func output(name: String, compiler: String) async throws {
        try await require(compiler)
        let directory = try TemporaryDirectory()
        let library = try await build("lib\(name).so", in: directory)
        let result = try await mpiexec(n: 3, BuildProducts.path(of: "mpifutures"), [library])
        #expect(result.status == .exited(0), "\(result)")
        let job = name.prefix { $0 != "-" }
        #expect(result.stdout.text == (try PackageFiles.text(of: "examples/output/\(job).txt")))
        #expect(result.stderr.lines.count == (job == "squares" ? 1 : 0), "\(result)")
    }

    @Test("Example squares in Swift prints the same as in other languages")
    func squaresInSwift() async throws {
        let result = try await Example.squares.run(n: 3)
        #expect(result.status == .exited(0), "\(result)")
        #expect(try result.stdout.text == Example.squares.expectedOutput)
    }

    @Test(
        "Example squares in Python prints the same as in other languages, with NumPy and without",
        arguments: [true, false]
    )
    func squaresInPython(hasNumPy: Bool) async throws {
        let python = try await Python()
        if hasNumPy { try await python.requireNumPy() }
        let directory = try TemporaryDirectory()
        let library = try await build("libsquares-c.so", in: directory)
        if !hasNumPy { try directory.write("raise ImportError('hidden')\n", to: "numpy.py") }
        let script = "\(PackageFiles.root)/examples/python/squares.py"
        let result = try await python.run([script, library], path: hasNumPy ? nil : directory.path)
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == (try PackageFiles.text(of: "examples/output/squares.txt")))
        #expect(result.stderr.text.hasSuffix(": -450 is negative\n"), "\(result)")
        #expect(result.leftovers.isEmpty)
    }

    @Test("Python as the master sends and reads values of all kinds, and is told of mistakes")
    func values() async throws {
        let python = try await Python()
        try await python.requireNumPy()
        let directory = try TemporaryDirectory()
        let inC = try await build("libsquares-c.so", in: directory)
        try await buildCPlugin(
            ["\(PackageFiles.root)/Tests/Fixtures/cpp/values.cpp"],
            compiler: "c++",
            options: ["-O0"],
            to: "\(directory.path)/libvalues.so"
        )
        let fixture = "\(PackageFiles.root)/Tests/Fixtures/python/values.py"
        let inSwift = try await Example.squares.product
        let result = try await python.run(
            [fixture, inC, inSwift],
            path: "\(PackageFiles.root)/examples/python",
            in: directory.path
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == "done\n")
        #expect(result.leftovers.isEmpty)
    }

    private func require(_ program: String) async throws {
        guard try await runProcess("sh", ["-c", "command -v \(program)"]).status == .exited(0) else {
            try Test.cancel("\(program) is not installed")
        }
    }

    private func build(_ library: String, in directory: TemporaryDirectory) async throws -> String {
        // What `pkg-config --cflags --libs mpifutures` says of an installed copy, of the build.
        let flags = "-I\(PackageFiles.root)/Sources/CMPIFutures/include -L\(BuildProducts.directory) -lMPIFutures"
        let path = "\(directory.path)/\(library)"
        let result = try await runProcess(
            "make",
            [
                "-C", "\(PackageFiles.root)/examples", path, "OUT=\(directory.path)", "MPIFUTURES=\(flags)",
                "MODULE=\(PackageFiles.root)/Sources/CMPIFutures/fortran/mpifutures.f90",
            ],
            environment: ["MAKEFLAGS": nil, "MAKELEVEL": nil],
            deadline: .after(.seconds(180))
        )
        guard result.status == .exited(0) else { throw BuildFailure(description: "make \(library): \(result)") }
        return path
    }
}

/// The interpreter of Python that is in PATH.
private struct Python {
    /// Cancels the test where there is none.
    init() async throws {
        guard try await runProcess("sh", ["-c", "command -v python3"]).status == .exited(0) else {
            try Test.cancel("python3 is not installed")
        }
    }

    func requireNumPy() async throws {
        guard try await runProcess("python3", ["-c", "import numpy"]).status == .exited(0) else {
            try Test.cancel("NumPy is not installed")
        }
    }

    /// Runs a script as a master.
    ///
    /// - Parameters:
    ///   - path: A directory in which Python looks for modules first.
    ///   - directory: The working directory.
    func run(_ arguments: [String], path: String? = nil, in directory: String? = nil) async throws -> ProcessResult {
        try await runProcess(
            "python3",
            // -B: no files of bytecode between the sources.
            ["-B"] + arguments,
            environment: [
                "MPIFUTURES_LIBRARY": "\(BuildProducts.directory)/libMPIFutures.so",
                // Plugins that are linked with the build have no run path to it.
                "LD_LIBRARY_PATH": BuildProducts.directory,
                "PYTHONPATH": path,
            ],
            workingDirectory: directory,
            deadline: .after(.seconds(60))
        )
    }
}
