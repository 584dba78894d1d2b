import CMPI

/// A group of processes with a message space of its own. The value is MPI's handle.
///
/// Copies are the same communicator.
///
/// A communicator that this module makes returns its errors. They do not end the job.
package struct Communicator: Sendable, Hashable {
    let handle: cmpi_comm

    /// Wraps a handle, which must be that of a communicator.
    init(handle: cmpi_comm) {
        self.handle = handle
    }

    /// All processes of the job: `MPI_COMM_WORLD`.
    package static var world: Communicator { Communicator(handle: cmpi_comm_world()) }

    /// This process alone: `MPI_COMM_SELF`.
    package static var selfOnly: Communicator { Communicator(handle: cmpi_comm_self()) }

    /// The intercommunicator to the processes that spawned this one; nil if none did.
    ///
    /// The corresponding MPI function is `MPI_Comm_get_parent`.
    package static var parent: Communicator? {
        get throws(MPIError) {
            var parent = cmpi_comm_null()
            try check("MPI_Comm_get_parent") { cmpi_comm_get_parent(&parent) }
            return parent == cmpi_comm_null() ? nil : try Communicator(returningErrorsOn: parent)
        }
    }

    /// The rank of this process, in the local group if this is an intercommunicator.
    ///
    /// The corresponding MPI function is `MPI_Comm_rank`.
    package var rank: Int {
        get throws(MPIError) { try value("MPI_Comm_rank") { cmpi_comm_rank(handle, $0) } }
    }

    /// The number of processes, in the local group if this is an intercommunicator.
    ///
    /// The corresponding MPI function is `MPI_Comm_size`.
    package var size: Int {
        get throws(MPIError) { try value("MPI_Comm_size") { cmpi_comm_size(handle, $0) } }
    }

    /// The number of processes in the remote group of an intercommunicator.
    ///
    /// The corresponding MPI function is `MPI_Comm_remote_size`.
    ///
    /// - Throws: `MPI_ERR_COMM` if this is not an intercommunicator.
    package var remoteSize: Int {
        get throws(MPIError) { try value("MPI_Comm_remote_size") { cmpi_comm_remote_size(handle, $0) } }
    }

    /// Whether this is an intercommunicator, on which messages go to the remote group.
    ///
    /// The corresponding MPI function is `MPI_Comm_test_inter`.
    package var isInter: Bool {
        get throws(MPIError) { try value("MPI_Comm_test_inter") { cmpi_comm_test_inter(handle, $0) } != 0 }
    }
}

extension Communicator {
    /// Makes a communicator from a handle from Fortran, or from C by way of `MPI_Comm_c2f`.
    ///
    /// The communicator keeps its error handler. Duplicate it to have errors returned.
    ///
    /// The corresponding MPI function is `MPI_Comm_f2c`.
    package init(fortranHandle: Int32) {
        self.init(handle: cmpi_comm_f2c(fortranHandle))
    }

    /// The handle for Fortran. The corresponding MPI function is `MPI_Comm_c2f`.
    package var fortranHandle: Int32 { cmpi_comm_c2f(handle) }
}
