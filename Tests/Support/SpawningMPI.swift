import Foundation

/// An MPI whose processes can spawn others, which Debian's cannot.
///
/// `make test` installs one from PyPI, and says where it is in `MPIFUTURES_TEST_MPICH`. The programs are those of all
/// tests.
package struct SpawningMPI: Sendable {
    package let mpiexec: String
    /// What compiles C for this MPI.
    package let compiler: String

    /// The directory of programs and libraries.
    package var products: String { BuildProducts.directory }

    package func path(of program: String) -> String { "\(products)/\(program)" }

    package static let here: SpawningMPI? = {
        guard let prefix = ProcessInfo.processInfo.environment["MPIFUTURES_TEST_MPICH"], !prefix.isEmpty else {
            return nil
        }
        return SpawningMPI(
            mpiexec: "\(prefix)/bin/mpiexec",
            compiler: "\(prefix)/bin/mpicc"
        )
    }()
}
