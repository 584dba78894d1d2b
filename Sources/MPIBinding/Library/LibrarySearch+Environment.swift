internal import Glibc
internal import Linux

extension LibrarySearch {
    /// Makes the search of this process.
    ///
    /// - Parameter needed: The file names of the MPI libraries that the user's program is linked with.
    static func ofProcess(needed: [String]) -> LibrarySearch {
        var search = LibrarySearch()
        search.named = Environment.nonEmpty("MPIFUTURES_MPI")
        search.needed = needed
        search.managerFamily = managerFamily
        if isRank { search.starter = RankStarter.find() }
        let launcher = Environment.nonEmpty("MPIFUTURES_MPIEXEC")?.split(separator: " ").first.map(String.init)
        search.mpiexec = file(ofProgram: launcher ?? "mpiexec")
        return search
    }

    private static let rankVariables = [
        "PMI_FD", "PMI_PORT", "PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "MV2_COMM_WORLD_RANK",
    ]

    private static var isRank: Bool { rankVariables.contains(where: Environment.isSet) }

    /// The family whose variables this process has. Slurm's PMIx serves Open MPI on most sites.
    private static var managerFamily: MPIFamily? {
        if Environment.isSet("PMI_FD") || Environment.isSet("PMI_PORT") { return .mpich }
        if Environment.isSet("OMPI_COMM_WORLD_RANK") || Environment.isSet("PMIX_RANK") { return .openMPI }
        return Environment.isSet("PMI_RANK") || Environment.isSet("MV2_COMM_WORLD_RANK") ? .mpich : nil
    }
}

extension MPIFamily {
    /// Returns the family that an `mpiexec` belongs to, by the name of its file or by the libraries that are installed
    /// beside it; nil if neither tells.
    ///
    /// - Parameter name: The program. A name without a slash is looked up in PATH.
    package static func ofLauncher(_ name: String) -> MPIFamily? {
        guard let path = file(ofProgram: name) else { return nil }
        var search = LibrarySearch()
        search.mpiexec = path
        return search.familyOfLauncher { access($0, F_OK) == 0 }
    }
}

/// Returns the file of a program that a shell would run, behind symbolic links; nil if there is none.
private func file(ofProgram name: String) -> String? {
    let paths = name.contains("/") ? [name] : Environment.list("PATH").map { "\($0)/\(name)" }
    guard let path = paths.first(where: { access($0, X_OK) == 0 }), let file = realpath(path, nil) else { return nil }
    defer { free(file) }
    return String(cString: file)
}
