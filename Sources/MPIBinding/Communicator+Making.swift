import CMPI

// Each of these calls is collective and blocks inside MPI. On a host with more ranks than cores the thread naps
// meanwhile. Below `ThreadLevel.multiple` the calls of other threads wait until it returns. So make communicators
// before such threads start, or make sure that the other processes do not wait for one of those threads.

extension Communicator {
    /// Wraps a communicator that MPI has just made, and has its errors returned.
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

    /// Returns a communicator of the same processes with a message space of its own. Collective.
    ///
    /// The thread yields its core or sleeps while it waits. So this call is also a cheap hand-shake before other calls
    /// that block.
    ///
    /// The corresponding MPI function is `MPI_Comm_idup`.
    package func duplicate() throws(MPIError) -> Communicator {
        try Communicator.make("MPI_Comm_idup") { cmpi_comm_dup(handle, $0) }
    }

    /// Returns a communicator of all processes but one, in their order. Collective over these processes; the one that
    /// is left out makes no call.
    ///
    /// The corresponding MPI function is `MPI_Comm_create_group`.
    package func excluding(rank: Int, tag: Int) throws(MPIError) -> Communicator {
        try Communicator.make("MPI_Comm_create_group") {
            cmpi_comm_without(handle, CInt(clamping: rank), CInt(clamping: tag), $0)
        }
    }

    /// Divides the processes. Those with the same colour share a new communicator.
    ///
    /// Collective. The corresponding MPI function is `MPI_Comm_split`.
    ///
    /// - Parameters:
    ///   - color: The colour, at least 0; with nil, this process gets no communicator.
    ///   - key: Orders the ranks of the new communicator. Processes with equal keys keep their order.
    /// - Returns: The communicator of this process's colour; nil for a nil colour.
    package func split(color: Int?, key: Int = 0) throws(MPIError) -> Communicator? {
        let color = color.map { CInt(clamping: $0) } ?? CInt(CMPI_UNDEFINED)
        var part = cmpi_comm_null()
        try check("MPI_Comm_split") {
            Napping.during(.communicators) { cmpi_comm_split(handle, color, CInt(clamping: key), &part) }
        }
        return part == cmpi_comm_null() ? nil : try Communicator(returningErrorsOn: part)
    }

    /// Returns an intercommunicator between this group and another, disjoint one.
    ///
    /// Collective over both groups. The corresponding MPI function is `MPI_Intercomm_create`.
    ///
    /// - Parameters:
    ///   - localLeader: The rank of this group's leader in this communicator.
    ///   - peer: A communicator that has both leaders. Only the leaders' argument counts.
    ///   - remoteLeader: The rank of the other group's leader in `peer`. Only the leaders' argument counts.
    ///   - tag: The tag of the leaders' messages on `peer`.
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

    /// Frees the communicator. No copy of it may be used again.
    ///
    /// Messages under way are still delivered. Do not call it for `world` and `selfOnly`.
    ///
    /// Collective. The corresponding MPI function is `MPI_Comm_free`.
    package func free() throws(MPIError) {
        try check("MPI_Comm_free") { cmpi_comm_free(handle) }
    }
}
