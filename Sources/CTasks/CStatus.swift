internal import CMPIFutures

/// The statuses that functions of `mpifutures.h` return. (Swift imports C's enumerators as `Int`.)
package enum Status {
    package static let ok = CInt(MPIFUTURES_OK)
    package static let end = CInt(MPIFUTURES_END)
    package static let timeout = CInt(MPIFUTURES_TIMEOUT)
    package static let cancelled = CInt(MPIFUTURES_CANCELLED)
    package static let failed = CInt(MPIFUTURES_FAILED)
    package static let missing = CInt(MPIFUTURES_MISSING)
    package static let mismatch = CInt(MPIFUTURES_MISMATCH)
    package static let range = CInt(MPIFUTURES_RANGE)
    package static let invalid = CInt(MPIFUTURES_INVALID)
    package static let malformed = CInt(MPIFUTURES_MALFORMED)
    package static let shutdown = CInt(MPIFUTURES_SHUTDOWN)
    package static let drained = CInt(MPIFUTURES_DRAINED)
    package static let broken = CInt(MPIFUTURES_BROKEN)
    package static let notAllowed = CInt(MPIFUTURES_NOT_ALLOWED)
}

/// The failure of a function of `mpifutures.h`: its status and its message.
package struct CStatus: Error {
    package let status: CInt
    package let message: String

    package init(_ status: CInt, _ message: String) {
        self.status = status
        self.message = message
    }

    /// Returns the failure of a function that got NULL.
    package static func null(_ what: String) -> CStatus { CStatus(Status.invalid, "\(what) is NULL") }

    /// Makes this the error of the calling thread, and returns its status.
    package func setError() -> CInt { mpifutures_set_error(status, message) }
}
