import Foundation

/// Programs of this package that are linked with an MPI whose processes can spawn others, which Debian's cannot.
///
/// `make test` installs one from PyPI and builds the programs, and says where it is in `MPIFUTURES_TEST_MPICH`.
package struct SpawningBuild: Sendable {
    package let mpiexec: String
    /// What compiles C for this MPI.
    package let compiler: String
    /// The directory of programs and libraries.
    package let products: String

    package func path(of program: String) -> String { "\(products)/\(program)" }

    package static let here: SpawningBuild? = {
        guard let prefix = ProcessInfo.processInfo.environment["MPIFUTURES_TEST_MPICH"], !prefix.isEmpty else {
            return nil
        }
        return SpawningBuild(
            mpiexec: "\(prefix)/bin/mpiexec",
            compiler: "\(prefix)/bin/mpicc",
            products: "\(PackageFiles.root)/.build/mpich/debug"
        )
    }()
}
