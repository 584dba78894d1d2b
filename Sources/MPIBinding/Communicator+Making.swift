import CMPI

// Each of these calls is collective and blocks inside MPI; on a host with more ranks than cores the thread naps meanwhile.
// Below `ThreadLevel.multiple` the calls of other threads wait until it comes back: make communicators before such threads
// start, or see to it that the other processes do not wait for one of them.

extension Communicator {
    /// Takes over a communicator that MPI has just made.
    init(returningErrorsOn handle: cmpi_comm) throws(MPIError) {
        self.init(handle: handle)
        try check("MPI_Comm_set_errhandler") { cmpi_comm_set_errhandler_return(handle) }
    }

    private static func make(
        _ call: StaticString,
        _ body: (UnsafeMutablePointer<cmpi_comm>) -> CInt
    ) throws(MPIError) -> Communicator {
        var made = cmpi_comm_null()
        try check(call) { Napping.during(.communicators) { body(&made) } }
        return try Communicator(returningErrorsOn: made)
    }

    /// The same processes with a message space of their own. Collective.
    ///
    /// The thread yields its core or sleeps while it waits. So this call is also a cheap hand-shake before others that
    /// block.
    ///
    /// The corresponding MPI function is `MPI_Comm_idup`.
    package func duplicate() throws(MPIError) -> Communicator {
        try Communicator.make("MPI_Comm_idup") { cmpi_comm_dup(handle, $0) }
    }

    /// All processes but one, in their order. Collective over these; the one left out takes no part.
    ///
    /// The corresponding MPI function is `MPI_Comm_create_group`.
    package func excluding(rank: Int, tag: Int) throws(MPIError) -> Communicator {
        try Communicator.make("MPI_Comm_create_group") {
            cmpi_comm_without(handle, CInt(clamping: rank), CInt(clamping: tag), $0)
        }
    }

    /// Divides the processes: those with the same colour share a new communicator.
    ///
    /// Collective. The corresponding MPI function is `MPI_Comm_split`.
    ///
    /// - Parameters:
    ///   - color: Not negative; nil leaves this process out.
    ///   - key: Orders the ranks of the new communicator; ties keep the old order.
    /// - Returns: The communicator of this process's colour; nil for a nil colour.
    package func split(color: Int?, key: Int = 0) throws(MPIError) -> Communicator? {
        let color = color.map { CInt(clamping: $0) } ?? CInt(CMPI_UNDEFINED)
        var part = cmpi_comm_null()
        try check("MPI_Comm_split") {
            Napping.during(.communicators) { cmpi_comm_split(handle, color, CInt(clamping: key), &part) }
        }
        return part == cmpi_comm_null() ? nil : try Communicator(returningErrorsOn: part)
    }

    /// Joins this group and another one, disjoint from it, to an intercommunicator.
    ///
    /// Collective over both groups. The corresponding MPI function is `MPI_Intercomm_create`.
    ///
    /// - Parameters:
    ///   - localLeader: A rank of this communicator.
    ///   - peer: A communicator that holds both leaders; looked at by the leaders only.
    ///   - remoteLeader: The other group's leader, as a rank of `peer`; looked at by the leader only.
    ///   - tag: For the leaders' messages on `peer`.
    package func intercommunicator(
        localLeader: Int,
        peer: Communicator,
        remoteLeader: Int,
        tag: Int
    ) throws(MPIError) -> Communicator {
        try Communicator.make("MPI_Intercomm_create") {
            cmpi_intercomm_create(
                handle,
                CInt(clamping: localLeader),
                peer.handle,
                CInt(clamping: remoteLeader),
                CInt(clamping: tag),
                $0
            )
        }
    }

    /// Gives the communicator up; no copy of it may be used again.
    ///
    /// Messages under way are still delivered. Not for `world` and `selfOnly`.
    ///
    /// Collective. The corresponding MPI function is `MPI_Comm_free`.
    package func free() throws(MPIError) {
        try check("MPI_Comm_free") { cmpi_comm_free(handle) }
    }
}
