import CMPI

extension Communicator {
    /// Starts to send bytes.
    ///
    /// The bytes must stay in place and unchanged until the request has completed. Messages from one process to another
    /// on one communicator are matched in the order in which they were sent. Success means that MPI took the message,
    /// not that the receiver is alive.
    ///
    /// The corresponding MPI function is `MPI_Isend`.
    ///
    /// - Parameters:
    ///   - bytes: The payload. It may be empty.
    ///   - destination: The receiver's rank, which is one of the remote group on an intercommunicator.
    ///   - tag: The tag, from 0 to 32767, the least upper bound that every MPI grants.
    package func isend(
        _ bytes: UnsafeRawBufferPointer,
        to destination: Int,
        tag: Int
    ) throws(MPIError) -> Request {
        var request = cmpi_request_null()
        try check("MPI_Isend") {
            cmpi_isend(
                bytes.baseAddress,
                Int64(bytes.count),
                CInt(clamping: destination),
                CInt(clamping: tag),
                handle,
                &request
            )
        }
        return Request(handle: request)
    }

    /// Looks for a message that has arrived, and hides it from every other probe.
    ///
    /// The function never waits. The first probe after an arrival often finds nothing, since it is the probe that makes
    /// MPI look: probe twice before going to sleep.
    ///
    /// The corresponding MPI function is `MPI_Improbe`.
    ///
    /// - Parameters:
    ///   - source: The sender's rank; nil for any.
    ///   - tag: The message's tag; nil for any.
    /// - Returns: The message, which must then be received; nil if there is none now.
    package func improbe(source: Int? = nil, tag: Int? = nil) throws(MPIError) -> MatchedMessage? {
        var flag: CInt = 0
        var message: cmpi_message = 0
        var status = cmpi_status()
        try check("MPI_Improbe") {
            cmpi_improbe(
                source.map { CInt(clamping: $0) } ?? CInt(CMPI_ANY),
                tag.map { CInt(clamping: $0) } ?? CInt(CMPI_ANY),
                handle,
                &flag,
                &message,
                &status
            )
        }
        guard flag != 0 else { return nil }
        return MatchedMessage(handle: message, status: Status(status))
    }
}
