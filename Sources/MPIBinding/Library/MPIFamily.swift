/// MPI libraries whose processes understand the same process managers.
package enum MPIFamily: String, Sendable, CaseIterable {
    /// MPICH, Intel MPI, MVAPICH, Cray MPICH and others.
    case mpich
    case openMPI = "openmpi"

    /// The file names of the family's libraries, the usual one first. All of them have a binary interface of CMPI's.
    var fileNames: [String] {
        switch self {
        case .mpich: ["libmpi.so.12", "libmpich.so.12"] + Self.standardFileNames
        case .openMPI: ["libmpi.so.40"] + Self.standardFileNames
        }
    }

    /// The file names of libraries with the binary interface of the MPI 5 standard.
    static let standardFileNames = ["libmpi_abi.so.1", "libmpi_abi.so.0"]

    /// Returns the family whose name for a library this is; nil if several families or none use it.
    init?(fileName: String) {
        let families = Self.allCases.filter { $0.fileNames.contains(fileName) }
        guard families.count == 1, let family = families.first else { return nil }
        self = family
    }

    /// Returns the family that a program belongs to which starts ranks, by the name of the program's file; nil for
    /// `mpiexec` and other names that several families use.
    init?(starter name: String) {
        if name.hasPrefix("hydra_") || name.hasPrefix("mpiexec.hydra") || name.hasPrefix("mpiexec.mpich") {
            self = .mpich
        } else if name.hasPrefix("orte") || name.hasPrefix("prte") || name.hasPrefix("mpiexec.openmpi") {
            self = .openMPI
        } else {
            return nil
        }
    }
}
