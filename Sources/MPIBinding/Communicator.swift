import CMPI

/// A group of processes and a message space of their own: MPI's handle, with value semantics of the
/// handle.
///
/// Two copies are the same communicator.
///
/// Errors on a communicator made by this module are returned, never fatal.
package struct Communicator: Sendable, Hashable {
    let handle: cmpi_comm

    /// Trusts that the handle is a communicator's.
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

    /// This process's rank: in the local group, if this is an intercommunicator.
    ///
    /// The corresponding MPI function is `MPI_Comm_rank`.
    package var rank: Int {
        get throws(MPIError) { try value("MPI_Comm_rank") { cmpi_comm_rank(handle, $0) } }
    }

    /// The number of processes: in the local group, if this is an intercommunicator.
    ///
    /// The corresponding MPI function is `MPI_Comm_size`.
    package var size: Int {
        get throws(MPIError) { try value("MPI_Comm_size") { cmpi_comm_size(handle, $0) } }
    }

    /// The number of processes on the other side of an intercommunicator.
    ///
    /// The corresponding MPI function is `MPI_Comm_remote_size`.
    ///
    /// - Throws: `MPI_ERR_COMM` if this is not an intercommunicator.
    package var remoteSize: Int {
        get throws(MPIError) { try value("MPI_Comm_remote_size") { cmpi_comm_remote_size(handle, $0) } }
    }

    /// Whether messages go to a remote group, not to the own one.
    ///
    /// The corresponding MPI function is `MPI_Comm_test_inter`.
    package var isInter: Bool {
        get throws(MPIError) { try value("MPI_Comm_test_inter") { cmpi_comm_test_inter(handle, $0) } != 0 }
    }
}

extension Communicator {
    /// The communicator of a handle from Fortran, or from C by way of `MPI_Comm_c2f`.
    ///
    /// It keeps the error handler that it has: duplicate it to have errors returned.
    ///
    /// The corresponding MPI function is `MPI_Comm_f2c`.
    package init(fortranHandle: Int32) {
        self.init(handle: cmpi_comm_f2c(fortranHandle))
    }

    /// The corresponding MPI function is `MPI_Comm_c2f`.
    package var fortranHandle: Int32 { cmpi_comm_c2f(handle) }
}

extension Communicator {
    /// How two communicators are alike.
    package enum Comparison: Int, Sendable {
        /// The same communicator.
        case identical
        /// The same processes in the same order, another message space.
        case congruent
        /// The same processes in another order.
        case similar
        /// Other processes.
        case unequal
    }

    /// The corresponding MPI function is `MPI_Comm_compare`.
    package func compare(to other: Communicator) throws(MPIError) -> Comparison {
        let result = try value("MPI_Comm_compare") { cmpi_comm_compare(handle, other.handle, $0) }
        return Comparison(rawValue: result) ?? .unequal
    }
}
