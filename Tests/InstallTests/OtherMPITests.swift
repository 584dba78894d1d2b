import Foundation
import Support
import Testing

/// `make` in a tree that was built with another MPI library.
@Suite("A tree built for one MPI library")
struct OtherMPITests {
    /// A prefix that nobody has seen, with what a real one has.
    private func makePrefix(in directory: TemporaryDirectory, like prefix: String) throws -> String {
        let made = "\(directory.path)/prefix"
        try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
        for name in ["include", "lib", "bin"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(made)/\(name)",
                withDestinationPath: "\(prefix)/\(name)"
            )
        }
        return made
    }

    @Test(
        "A tree built for one MPI library is built anew for another one, and not again for the same",
        arguments: ["build", "install"]
    )
    func rebuilt(target: String) async throws {
        guard let mpich = ProcessInfo.processInfo.environment["MPIFUTURES_TEST_MPICH"], !mpich.isEmpty else {
            try Test.cancel("there is no second MPI library: PyPI gave no mpich")
        }
        let directory = try TemporaryDirectory()
        let modules = try modules
        let prefix = try makePrefix(in: directory, like: mpich)
        // Notes what it is asked for, and makes products that can be installed, and no more.
        let compiler = try directory.write(
            """
            #!/bin/sh
            for word; do product=$word; [ "$last" = --product ] && break; last=$word; done
            echo "$product: $MPIFUTURES_MPI_LIBRARY $MPIFUTURES_MPI_PREFIX" >> '\(directory.path)/log'
            mkdir -p '\(directory.path)/release/Modules'
            for module in \(modules); do : > '\(directory.path)/release/Modules/'$module.swiftmodule; done
            case $product in MPIFutures) product=libMPIFutures.so ;; esac
            [ -e '\(directory.path)/release/'$product ] || cp /bin/true '\(directory.path)/release/'$product
            """,
            to: "swift"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: compiler)
        func make(_ variables: String...) async throws -> [String] {
            let log = "\(directory.path)/log"
            try "".write(toFile: log, atomically: false, encoding: .utf8)
            let common = ["SWIFT=\(compiler)", "BUILD=\(directory.path)/release", "PREFIX=\(directory.path)/to"]
            let result = try await runProcess(
                "make",
                [target] + common + variables,
                environment: [
                    "MAKEFLAGS": nil, "MAKELEVEL": nil, "MPI_PREFIX": nil, "MPI_LIBRARY": nil, "MPIEXEC": nil,
                ],
                workingDirectory: PackageFiles.root
            )
            #expect(result.status == .exited(0), "\(result)")
            return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
        }
        #expect(try await make() == ["MPIFutures: mpich ", "mpifutures: mpich "])
        #expect(try await make() == [])
        let other = ["MPIFutures: mpi \(prefix)", "mpifutures: mpi \(prefix)"]
        #expect(try await make("MPI_PREFIX=\(prefix)") == other)
        #expect(try await make("MPI_PREFIX=\(prefix)") == [])
        #expect(
            try await make("MPI_PREFIX=\(prefix)", "MPI_LIBRARY=mpich")
                == other.map { $0.replacing(" mpi ", with: " mpich ") }
        )
        #expect(try await make() == ["MPIFutures: mpich ", "mpifutures: mpich "])
    }

    /// Those that `make install` copies.
    private var modules: String {
        get throws {
            let makefile = try PackageFiles.text(of: "Makefile").replacing("\\\n", with: " ")
            let line = makefile.split(separator: "\n").first { $0.hasPrefix("SWIFT_MODULES :=") } ?? ""
            return line.split(separator: " ").dropFirst(2).joined(separator: " ")
        }
    }
}
