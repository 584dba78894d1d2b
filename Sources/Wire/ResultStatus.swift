/// What the bytes of a result encode, and the class of a failure.
///
/// The class is in the status, so that a master counts failures and makes calls again without decoding anything.
package enum ResultStatus: UInt8, Sendable {
    /// A value, as the bytes of a trivial type.
    case trivialValue = 0
    /// A value in CBOR.
    case cborValue = 1
    /// A value by the plan of its type.
    case plannedValue = 2

    // A `TaskFailure` in CBOR, from here on.

    /// The call was not made, or its result cannot be encoded.
    case failure = 3
    /// The callable threw.
    case thrown = 4
    /// The call crashed, and so ended its worker process.
    case crashed = 5
    /// The call ended its worker process by `exit` or a similar function.
    case exited = 6
    /// The call needed more memory than there is, or than it may have.
    case outOfMemory = 7
    /// The call took longer than it may.
    case timedOut = 8
    /// The worker process was lost, and nothing says that the call was the cause.
    case workerLost = 9
    /// The call was ended because its future was cancelled.
    case cancelled = 10

    // A value again.

    /// A value in CBOR that says that the call has failed, such as a command's status. A master may make the call
    /// again.
    case failedValue = 11

    /// The first code that masters do not pass over. All lower ones are successes.
    static let firstFailure: UInt8 = 3

    /// Whether the call has done what it should.
    package var isSuccess: Bool { rawValue < Self.firstFailure }

    /// Whether the bytes are a `TaskFailure`.
    package var isFailure: Bool { rawValue >= Self.firstFailure && self != .failedValue }
}

/// A result that is a failure.
package struct FailedResult: Equatable, Sendable {
    /// The place of the result among those of its frame.
    package let position: Int
    package let status: ResultStatus
}
