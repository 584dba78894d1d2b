import CMPI
import Glibc

extension Communicator {
    /// Starts processes, to which the returned intercommunicator leads. Collective over the processes of this call:
    /// this one, and the new ones' start of MPI.
    ///
    /// Does not come back before all of the new processes have started MPI: it waits for ever for a program that does
    /// not, so call it on a thread that can be given up.
    ///
    /// The corresponding MPI function is `MPI_Comm_spawn` of `MPI_COMM_SELF`.
    ///
    /// - Parameters:
    ///   - command: The program's path.
    ///   - arguments: Without the program's name.
    ///   - count: The number of processes; with the key `soft` in the info, fewer may come.
    ///   - info: What `MPI_Info` is to say.
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

    /// Parts from the processes of an intercommunicator, when nothing is under way on it any more; no copy of it may be
    /// used again. Collective over both groups.
    ///
    /// The corresponding MPI function is `MPI_Comm_disconnect`.
    package func disconnect() throws(MPIError) {
        try check("MPI_Comm_disconnect") { Napping.during(.communicators) { cmpi_comm_disconnect(handle) } }
    }
}
