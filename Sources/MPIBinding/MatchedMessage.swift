import CMPI

/// A message that a probe has found. Only the holder of this value can receive it.
///
/// Receive it exactly once: the first receive invalidates MPI's handle, and a message that is never received keeps its
/// memory. (A non-copyable type would express this better, but it could not be received inside the closure that lends a
/// buffer.)
package struct MatchedMessage: Sendable {
    private let handle: cmpi_message
    private let status: Status

    init(handle: cmpi_message, status: Status) {
        self.handle = handle
        self.status = status
    }

    /// The sender's rank, which is one of the remote group on an intercommunicator.
    package var source: Int { status.source }

    package var tag: Int { status.tag }

    /// The size of the payload in bytes.
    package var byteCount: Int { status.byteCount }

    /// Starts to receive the payload.
    ///
    /// The buffer must stay in place until the request has completed, and its contents are undefined until then. The
    /// status of the completed request tells the number of bytes.
    ///
    /// The corresponding MPI function is `MPI_Imrecv`.
    ///
    /// - Parameter buffer: At least `byteCount` bytes. With fewer, the request ends with `MPI_ERR_TRUNCATE`.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) throws(MPIError) -> Request {
        var request = cmpi_request_null()
        try check("MPI_Imrecv") { cmpi_imrecv(buffer.baseAddress, Int64(buffer.count), handle, &request) }
        return Request(handle: request)
    }

    /// Receives the payload and waits for it.
    ///
    /// A small message is in memory when a probe finds it, and the function returns at once. A large message needs the
    /// sender's help. The function waits like `Request.wait()`.
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
    /// It has no meaning for a send.
    package let source: Int
    /// It has no meaning for a send.
    package let tag: Int
    /// The size of the payload in bytes.
    ///
    /// It has no meaning for a send.
    package let byteCount: Int

    init(_ status: cmpi_status) {
        source = Int(status.source)
        tag = Int(status.tag)
        byteCount = Int(status.count)
    }
}
