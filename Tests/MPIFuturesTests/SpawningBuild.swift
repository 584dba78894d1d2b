import Foundation
import Support

/// Programs of this package that are linked with an MPI whose processes can spawn others, which Debian's cannot.
///
/// `make test` installs one from PyPI and builds the programs, and says where it is in `MPIFUTURES_TEST_MPICH`.
struct SpawningBuild {
    let mpiexec: String
    private let products: String

    func path(of program: String) -> String { "\(products)/\(program)" }

    static let here: SpawningBuild? = {
        guard let prefix = ProcessInfo.processInfo.environment["MPIFUTURES_TEST_MPICH"], !prefix.isEmpty else {
            return nil
        }
        return SpawningBuild(mpiexec: "\(prefix)/bin/mpiexec", products: "\(PackageFiles.root)/.build/mpich/debug")
    }()
}
