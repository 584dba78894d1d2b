import Support
import Testing

/// The Julia example as a program of its own, which starts its workers.
@Suite("Example julia, as a program of its own", .serialized)
struct OwnProgramTests {
    /// The MPI library that the program is linked with.
    enum Library: Sendable, CaseIterable, CustomTestStringConvertible {
        /// That of the tests, whose processes cannot start others.
        case usual
        /// One whose processes can.
        case spawning

        static let available = allCases.filter { $0 == .usual || SpawningMPI.here != nil }

        var testDescription: String { self == .usual ? "the usual MPI" : "an MPI that can spawn" }

        var products: String { get throws { try self == .usual ? BuildProducts.directory : build.products } }
        var mpiexec: String { get throws { self == .usual ? "mpiexec" : try build.mpiexec } }

        private var build: SpawningMPI {
            get throws {
                guard let build = SpawningMPI.here else { throw BuildFailure(description: "no MPI can spawn here") }
                return build
            }
        }
    }

    @Test(
        "Example julia, as a program of its own makes the picture with processes that it starts itself",
        arguments: Library.available
    )
    func alone(library: Library) async throws {
        try await expectPicture(library, by: [])
    }

    @Test(
        "Example julia, as a program of its own makes it with those that mpiexec has room for",
        arguments: Library.available
    )
    func universe(library: Library) async throws {
        try await expectPicture(library, by: [library.mpiexec, "-n", "1", "-usize", "3"])
    }

    @Test(
        "Example julia, as a program of its own makes it as a plugin of a launcher that starts workers",
        arguments: Library.available
    )
    func launcher(library: Library) async throws {
        let launcher = try "\(library.products)/mpifutures"
        try await expectPicture(
            library,
            by: [library.mpiexec, "-n", "1", "-usize", "3", launcher, "--spawn"],
            isPlugin: true
        )
    }

    private func expectPicture(_ library: Library, by command: [String], isPlugin: Bool = false) async throws {
        let directory = try TemporaryDirectory()
        let sources = try PackageFiles.paths(in: "examples/julia", suffix: ".swift")
        let product = "\(directory.path)/\(isPlugin ? "libjulia.so" : "julia")"
        if isPlugin {
            try await buildPlugin(sources, module: "julia", to: product, products: library.products)
        } else {
            try await buildProgram(sources, module: "julia", to: product, products: library.products)
        }
        let words = command + [product]
        let result = try await runProcess(
            words[0],
            Array(words.dropFirst()),
            // Where it runs an mpiexec itself.
            environment: [
                "MPIFUTURES_MPIEXEC": library.mpiexec, "MPIFUTURES_MAX_WORKERS": command.isEmpty ? "3" : nil,
            ],
            workingDirectory: directory.path,
            deadline: .after(.seconds(120))
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == "" && result.stderr.text == "", "\(result)")
        #expect(result.leftovers.isEmpty, "\(result)")
        let checksum = try await runProcess("sha256sum", ["\(directory.path)/julia.pgm"]).stdout.text.prefix(64)
        #expect(checksum == JuliaPicture.sha256)
    }
}
