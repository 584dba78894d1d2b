import CMPI

extension MPI {
    /// The name and version of the MPI library, which may have many lines.
    ///
    /// It can be read at any time, also before MPI starts. Reading it loads the library.
    ///
    /// The corresponding MPI function is `MPI_Get_library_version`.
    package static var libraryVersion: String {
        get throws {
            try openLibrary()
            return try text("MPI_Get_library_version", cmpi_get_library_version)
        }
    }

    /// The number of processes that the job may have in all, with spawned ones.
    ///
    /// It is nil if MPI does not know it, and in a process that no process manager started, in which MPICH 4 may hang
    /// when it is asked.
    ///
    /// The corresponding MPI attribute is `MPI_UNIVERSE_SIZE`.
    package static var universeSize: Int? {
        get throws(MPIError) {
            let size = try value("MPI_Comm_get_attr", cmpi_universe_size)
            return size < 0 ? nil : size
        }
    }

    private static func text(
        _ call: StaticString,
        _ body: (UnsafeMutablePointer<CChar>) -> CInt
    ) throws(MPIError) -> String {
        var code: CInt = 0
        let text = mpiText { buffer in
            code = body(buffer)
            return code
        }
        guard let text else { throw MPIError(call: call, code: code) }
        return text
    }
}
