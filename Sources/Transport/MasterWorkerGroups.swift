package import MPIBinding

/// A master and its workers: two disjoint groups of processes, joined by an intercommunicator.
///
/// A worker's number is its rank in the workers' group, which is the master's remote group. The master's rank is 0.
package struct MasterWorkerGroups: Sendable {
    /// The intercommunicator between the two groups, for frames alone.
    package let joint: Communicator
    /// The communicator of this process's own group: that of the workers, or the master alone.
    package let local: Communicator
    package let isMaster: Bool

    /// Divides the processes of an intracommunicator: one becomes the master, and the others become workers in the order
    /// of their ranks. Collective.
    ///
    /// Call it right after a hand-shake of all processes: it blocks, and waiting is cheapest where it is short.
    ///
    /// The corresponding MPI functions are `MPI_Comm_create_group` and `MPI_Intercomm_create`.
    ///
    /// - Parameters:
    ///   - whole: Has at least two processes.
    ///   - master: The master's rank in it.
    package init(dividing whole: Communicator, master: Int) throws(MPIError) {
        let firstWorker = master == 0 ? 1 : 0
        isMaster = try whole.rank == master
        local = isMaster ? .selfOnly : try whole.excluding(rank: master, tag: Self.tag)
        joint = try local.intercommunicator(
            localLeader: 0,
            peer: whole,
            remoteLeader: isMaster ? firstWorker : master,
            tag: Self.tag
        )
    }

    /// For what MPI sends on `whole` in the two calls.
    private static let tag = 1

    /// Gives both communicators up, after the last frame. Collective over both groups.
    package func free() throws(MPIError) {
        try joint.free()
        if !isMaster { try local.free() }
    }
}
