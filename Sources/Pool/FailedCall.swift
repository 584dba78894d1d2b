package import Wire

/// A call that has ended its worker for the last time, with all that another worker needs to make it.
package struct FailedCall: Sendable {
    package let definition: CallableDefinition
    /// The failure, a `TaskFailure` in CBOR.
    package let failure: [UInt8]
    /// The frames that bring a new worker to this call: definitions, shared values, the executor's start, the call.
    package let frames: [FrameBuffer]
}
