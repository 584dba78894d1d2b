import CMPI

/// A message that a probe has found and that only the holder of this value can receive.
///
/// Receive it once and only once: MPI's handle is gone with the first receive, and a message that is
/// never received keeps its memory. (A type that cannot be copied would say this better, but it
/// could not be received inside the closure that lends a buffer.)
package struct MatchedMessage: Sendable {
    private let handle: cmpi_message
    private let status: Status

    init(handle: cmpi_message, status: Status) {
        self.handle = handle
        self.status = status
    }

    /// The sender's rank: in the remote group, if this came over an intercommunicator.
    package var source: Int { status.source }

    package var tag: Int { status.tag }

    /// The size of the payload.
    package var byteCount: Int { status.byteCount }

    /// Starts to receive the payload.
    ///
    /// The buffer must stay in place, and its contents are undefined, until the request has
    /// completed; completed requests tell the number of bytes in their status.
    ///
    /// The corresponding MPI function is `MPI_Imrecv`.
    ///
    /// - Parameter buffer: At least `byteCount` bytes; with fewer the request ends with
    ///   `MPI_ERR_TRUNCATE`.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) throws(MPIError) -> Request {
        var request = cmpi_request_null()
        try check("MPI_Imrecv") { cmpi_imrecv(buffer.baseAddress, Int64(buffer.count), handle, &request) }
        return Request(handle: request)
    }

    /// Receives the payload and waits for it.
    ///
    /// A small message is in memory when a probe finds it, and comes back at once; a large one takes
    /// the sender's help. Waits like `Request.wait()`.
    @discardableResult
    package func receiveNow(into buffer: UnsafeMutableRawBufferPointer) throws(MPIError) -> Status {
        var request = try receive(into: buffer)
        return try request.wait()
    }
}

/// What is known of a message that has been received.
package struct Status: Sendable, Hashable {
    /// The sender's rank.
    ///
    /// Of no meaning for a send.
    package let source: Int
    /// Of no meaning for a send.
    package let tag: Int
    /// The size of the payload.
    ///
    /// Of no meaning for a send.
    package let byteCount: Int

    init(_ status: cmpi_status) {
        source = Int(status.source)
        tag = Int(status.tag)
        byteCount = Int(status.count)
    }
}
