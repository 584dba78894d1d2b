import Foundation
import Support
import Testing

/// The binary interfaces that `CMPI` writes down, compared with the headers of MPI libraries.
@Suite("A binary interface of MPI")
struct BinaryInterfaceTests {
    /// An MPI library with headers.
    struct Installed: Sendable, CustomTestStringConvertible {
        let name: String
        let compiler: String
        /// The header of `CMPI`, without its ending.
        let interface: String
        var header = "mpi.h"

        var testDescription: String { name }

        static let all: [Installed] = {
            var found = [Installed(name: "the mpicc in PATH", compiler: "mpicc", interface: "mpich")]
            let environment = ProcessInfo.processInfo.environment
            if let mpich = environment["MPIFUTURES_TEST_MPICH"] {
                found += [
                    Installed(name: "MPICH 5", compiler: "\(mpich)/bin/mpicc", interface: "mpich"),
                    Installed(
                        name: "the standard's in MPICH 5",
                        compiler: "\(mpich)/bin/mpicc_abi",
                        interface: "standard",
                        header: "mpi_abi.h"
                    ),
                ]
            }
            if let openMPI = environment["MPIFUTURES_TEST_OPENMPI"] {
                found.append(
                    Installed(name: "Open MPI", compiler: "\(openMPI)/bin/mpicc", interface: "openmpi")
                )
            }
            return found
        }()
    }

    /// Returns a C program that compares what the interface's header says with what the library's header says.
    ///
    /// The two define the same names, so one of them becomes text: each constant, and the status under another name.
    private func program(_ installed: Installed) throws -> String {
        let text = try PackageFiles.text(of: "Sources/CMPI/abi/\(installed.interface).h")
        var checks: [String] = []
        for line in text.split(separator: "\n") {
            if let constant = line.wholeMatch(of: /#define (MPI_\w+) (.*)/) {
                let value = constant.2.replacing("objects.", with: "&")
                checks.append("CHECK(\(constant.1), \(value))")
            } else if let constant = line.wholeMatch(of: /\s+(MPI_[A-Z_]+) = (\S+),/) {
                checks.append("CHECK(\(constant.1), \(constant.2))")
            } else if let type = line.wholeMatch(of: /typedef (.*[^\w])(MPI_\w+);/), !line.hasPrefix("}") {
                checks.append("CHECK(sizeof(\(type.2)), sizeof(\(type.1)))")
            }
        }
        #expect(checks.count > 50, "the header was read")
        let start = try #require(text.range(of: "typedef struct MPI_Status {"))
        let end = try #require(text.range(of: "} MPI_Status;"))
        let status = text[start.upperBound..<end.lowerBound]
        return """
            #include <\(installed.header)>
            #include <stddef.h>
            #include <stdint.h>
            #include <stdio.h>
            struct own_status {\(status)};
            #define CHECK(name, value) \\
                if ((intptr_t)(name) != (intptr_t)(value)) printf(#name " is %ld\\n", (long)(intptr_t)(name));
            int main(void) {
                \(checks.joined(separator: "\n    "))
                CHECK(sizeof(MPI_Status), sizeof(struct own_status))
                CHECK(offsetof(MPI_Status, MPI_SOURCE), offsetof(struct own_status, MPI_SOURCE))
                CHECK(offsetof(MPI_Status, MPI_TAG), offsetof(struct own_status, MPI_TAG))
                CHECK(offsetof(MPI_Status, MPI_ERROR), offsetof(struct own_status, MPI_ERROR))
                return 0;
            }

            """
    }

    @Test("A binary interface of MPI is that of the library's header", arguments: Installed.all)
    func agrees(installed: Installed) async throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(try program(installed), to: "agrees.c")
        let executable = "\(directory.path)/agrees"
        let compiled = try await runProcess(installed.compiler, ["-w", source, "-o", executable])
        try #require(compiled.status == .exited(0), "\(compiled)")
        let result = try await runProcess(executable)
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == "")
    }
}
