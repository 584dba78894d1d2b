package import MPIBinding

/// A master and its workers: two disjoint groups of processes, joined by an intercommunicator.
///
/// A worker's number is its rank in the workers' group, which is the master's remote group. The master's rank is 0.
package struct MasterWorkerGroups: Sendable {
    /// The intercommunicator between the two groups. It carries frames only.
    package let joint: Communicator
    /// The communicator of this process's own group: that of the workers, or the master alone.
    package let local: Communicator
    package let isMaster: Bool

    /// Divides the processes of an intracommunicator. One process becomes the master, and the others become workers in
    /// the order of their ranks. Collective.
    ///
    /// Call it right after a hand-shake of all processes. The call blocks inside MPI, which is cheap only if all
    /// processes arrive at about the same time.
    ///
    /// The corresponding MPI functions are `MPI_Comm_create_group`, `MPI_Comm_idup` and `MPI_Intercomm_create`.
    ///
    /// - Parameters:
    ///   - whole: The intracommunicator, with at least two processes.
    ///   - master: The master's rank in `whole`.
    package init(dividing whole: Communicator, master: Int) throws(MPIError) {
        let firstWorker = master == 0 ? 1 : 0
        isMaster = try whole.rank == master
        // Intel MPI loses the messages of an intercommunicator whose groups have not made equally many communicators.
        local = try isMaster ? Communicator.selfOnly.duplicate() : whole.excluding(rank: master, tag: Self.tag)
        joint = try local.intercommunicator(
            localLeader: 0,
            peer: whole,
            remoteLeader: isMaster ? firstWorker : master,
            tag: Self.tag
        )
    }

    /// The tag of the messages that MPI sends on `whole` in the two calls.
    private static let tag = 1

    /// Frees both communicators after the last frame. Collective over both groups.
    package func free() throws(MPIError) {
        try joint.free()
        try local.free()
    }
}
