import CMPI
import Glibc

extension Communicator {
    /// Starts processes and returns the intercommunicator to them. Collective over the processes of this call: this
    /// process, and the new processes' start of MPI.
    ///
    /// The function returns when all new processes have started MPI. It waits for ever if one of them does not, so call
    /// it on a thread that can be given up.
    ///
    /// The corresponding MPI function is `MPI_Comm_spawn` on `MPI_COMM_SELF`.
    ///
    /// - Parameters:
    ///   - command: The program's path.
    ///   - arguments: The arguments, without the program's name.
    ///   - count: The number of processes. With the key `soft` in the info, fewer may be started.
    ///   - info: The keys and values of `MPI_Info`.
    package static func spawn(
        _ command: String,
        _ arguments: [String],
        count: Int,
        info: [(key: String, value: String)]
    ) throws(MPIError) -> Communicator {
        let words = arguments.map { strdup($0) } + [nil]
        let keys = info.map { strdup($0.key) }
        let values = info.map { strdup($0.value) }
        defer { for text in words + keys + values { Glibc.free(text) } }
        var inter = cmpi_comm_null()
        try check("MPI_Comm_spawn") {
            Napping.during(.startAndEnd, besides: count) {
                cmpi_comm_spawn(
                    command,
                    words,
                    CInt(clamping: count),
                    keys.map { UnsafePointer($0) },
                    values.map { UnsafePointer($0) },
                    CInt(info.count),
                    &inter
                )
            }
        }
        return try Communicator(returningErrorsOn: inter)
    }

    /// Disconnects from the processes of an intercommunicator. Nothing may be under way on it any more, and no copy of
    /// it may be used again. Collective over both groups.
    ///
    /// The corresponding MPI function is `MPI_Comm_disconnect`.
    package func disconnect() throws(MPIError) {
        try check("MPI_Comm_disconnect") { Napping.during(.communicators) { cmpi_comm_disconnect(handle) } }
    }
}
