import CMPI

// These functions are for hand-shakes at start-up, on intracommunicators unless a comment says otherwise. Every process
// of the communicator makes the same call. Each call waits like `Request.wait()`.

extension Communicator {
    /// Waits until every process has made this call.
    ///
    /// The corresponding MPI function is `MPI_Ibarrier`.
    package func barrier() throws(MPIError) {
        try complete("MPI_Ibarrier") { cmpi_ibarrier(handle, $0) }
    }

    /// Copies the root's bytes to every process.
    ///
    /// The count must be the same on all processes. On an intercommunicator the root is a rank of the remote group, and
    /// the root calls `broadcastToRemoteGroup`.
    ///
    /// The corresponding MPI function is `MPI_Ibcast`.
    package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int) throws(MPIError) {
        try complete("MPI_Ibcast") {
            cmpi_ibcast(bytes.baseAddress, Int64(bytes.count), CInt(clamping: root), handle, $0)
        }
    }

    /// Copies this process's bytes to every process of the remote group of an intercommunicator.
    ///
    /// The processes of the remote group call `broadcast` with this process's rank. No other process of this group may
    /// make the call.
    ///
    /// The corresponding MPI function is `MPI_Ibcast` with the root `MPI_ROOT`.
    package func broadcastToRemoteGroup(_ bytes: UnsafeRawBufferPointer) throws(MPIError) {
        try complete("MPI_Ibcast") {
            cmpi_ibcast(
                UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                Int64(bytes.count),
                CInt(CMPI_ROOT),
                handle,
                $0
            )
        }
    }

    /// Gathers the bytes of every process on the root, in the order of ranks.
    ///
    /// The count must be the same on all processes.
    ///
    /// The corresponding MPI function is `MPI_Igather`.
    ///
    /// - Returns: `size` times `bytes.count` bytes on the root, nil elsewhere.
    package func gather(_ bytes: UnsafeRawBufferPointer, root: Int) throws(MPIError) -> [UInt8]? {
        let isRoot = try rank == root
        var gathered = [UInt8](repeating: 0, count: isRoot ? try size * bytes.count : 0)
        try gathered.withUnsafeMutableBufferPointer { buffer throws(MPIError) in
            try complete("MPI_Igather") {
                let place = buffer.baseAddress
                return cmpi_igather(bytes.baseAddress, Int64(bytes.count), place, CInt(clamping: root), handle, $0)
            }
        }
        return isRoot ? gathered : nil
    }

    @inline(__always)
    private func complete(
        _ call: StaticString,
        _ body: (UnsafeMutablePointer<cmpi_request>) -> CInt
    ) throws(MPIError) {
        var handle = cmpi_request_null()
        try check(call) { body(&handle) }
        var request = Request(handle: handle)
        try request.wait()
    }
}
