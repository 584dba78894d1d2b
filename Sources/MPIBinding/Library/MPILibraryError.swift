/// The error of a process that cannot load an MPI library.
package struct MPILibraryError: Error, Sendable, CustomStringConvertible {
    /// The reason and its remedy, in one line.
    package let description: String

    /// - Parameter refusals: The libraries that were tried, and why each was refused.
    init(_ search: LibrarySearch, _ refusals: [(name: String, reason: String)]) {
        guard let first = refusals.first else {
            description = "MPIFUTURES_MPI names no MPI library"
            return
        }
        if let named = search.named {
            description =
                "the MPI library that MPIFUTURES_MPI names, '\(named)', cannot be used: \(first.reason); "
                + "name a library file, the directory above its lib, mpich or openmpi"
            return
        }
        // A file that is there says more than a name that the loader does not find.
        if let broken = refusals.first(where: { $0.name.contains("/") }) {
            description = "the MPI library cannot be used: \(broken.reason); MPIFUTURES_MPI names another one"
            return
        }
        let names = refusals.map(\.name).joined(separator: ", ")
        description =
            "no MPI library was found (\(names)); install MPICH or Open MPI, or name the library in MPIFUTURES_MPI"
    }

    init(adopting reason: String) {
        description = "the MPI library of this program cannot be used: \(reason)"
    }
}
