import CMPI
import Glibc

/// An operation that MPI has begun.
///
/// The value wraps MPI's handle. Keep it in one place: a copy does not learn that another copy has completed, and
/// testing it then is an error.
package struct Request: Sendable {
    private var handle: cmpi_request

    init(handle: cmpi_request) {
        self.handle = handle
    }

    /// Whether a test has found the operation complete.
    package var isComplete: Bool { handle == cmpi_request_null() }

    /// Tests whether the operation is complete. MPI makes progress meanwhile.
    ///
    /// The function never waits.
    ///
    /// The corresponding MPI function is `MPI_Test`.
    ///
    /// - Returns: The status on completion; nil if the operation goes on.
    /// - Throws: The error of the operation, which is complete then.
    package mutating func test() throws(MPIError) -> Status? {
        var flag: CInt = 0
        var status = cmpi_status()
        try check("MPI_Test") { cmpi_test(&handle, &flag, &status) }
        return flag != 0 ? Status(status) : nil
    }

    /// Tests until the operation is complete. Between two tests the thread yields its core at first, and sleeps later.
    ///
    /// Use it for hand-shakes, and for operations that are complete already.
    @discardableResult
    package mutating func wait() throws(MPIError) -> Status {
        var yields = 100
        while true {
            if let status = try test() { return status }
            yields -= 1
            // A process manager may put each rank into its own scheduling group, in which yielding does not help other
            // ranks.
            if yields > 0 { sched_yield() } else { usleep(50) }
        }
    }
}

extension Request {
    /// Tests many requests with one call of MPI for every 32 of them.
    ///
    /// Complete requests are passed over; `body` hears of each request that this call completes,
    /// outside any lock.
    ///
    /// The corresponding MPI function is `MPI_Testsome`.
    ///
    /// - Parameters:
    ///   - requests: The requests; they stay in their places.
    ///   - body: Gets the request's index and how the operation ended.
    package static func testSome(
        _ requests: inout [Request],
        _ body: (_ index: Int, _ outcome: Result<Status, MPIError>) -> Void
    ) throws(MPIError) {
        try requests.withUnsafeMutableBufferPointer { requests throws(MPIError) in
            let slice = Int(CMPI_TESTSOME_LIMIT)
            for start in stride(from: 0, to: requests.count, by: slice) {
                let end = min(start + slice, requests.count)
                try testSlice(UnsafeMutableBufferPointer(rebasing: requests[start..<end]), from: start, body)
            }
        }
    }

    private static func testSlice(
        _ requests: UnsafeMutableBufferPointer<Request>,
        from start: Int,
        _ body: (_ index: Int, _ outcome: Result<Status, MPIError>) -> Void
    ) throws(MPIError) {
        let limit = Int(CMPI_TESTSOME_LIMIT)
        try withUnsafeTemporaryAllocation(of: CInt.self, capacity: limit) { indices throws(MPIError) in
            try withUnsafeTemporaryAllocation(of: cmpi_status.self, capacity: limit) { statuses throws(MPIError) in
                var completed: CInt = 0
                try check("MPI_Testsome") {
                    // A request is its handle and nothing else, so an array of requests is an array
                    // of handles.
                    requests.withMemoryRebound(to: cmpi_request.self) { handles in
                        cmpi_testsome(
                            CInt(handles.count),
                            handles.baseAddress,
                            &completed,
                            indices.baseAddress,
                            statuses.baseAddress
                        )
                    }
                }
                for position in 0..<Int(completed) {
                    let status = statuses[position]
                    body(
                        start + Int(indices[position]),
                        status.error == 0
                            ? .success(Status(status))
                            : .failure(MPIError(call: "MPI_Testsome", code: status.error))
                    )
                }
            }
        }
    }
}
