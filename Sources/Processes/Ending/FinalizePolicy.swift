/// How the processes of a job leave MPI after their last message.
package enum FinalizePolicy: Equatable, Sendable {
    /// Call `MPI_Finalize`. A process whose call has not returned after the timeout, in seconds, exits without it.
    case finalize(timeout: Double)
    /// Tell the process manager that the job is over, and exit without `MPI_Finalize`. See
    /// `Docs/Decisions/0010-leaving-mpi.md`.
    case announce

    /// The timeout in seconds; 0 stands for `announce`.
    package var timeout: Double {
        switch self {
        case .finalize(let timeout): timeout
        case .announce: 0
        }
    }

    package init(timeout: Double) { self = timeout > 0 ? .finalize(timeout: timeout) : .announce }
}
