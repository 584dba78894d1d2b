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
