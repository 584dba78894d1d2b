internal import Pool

/// A call that has been queued, without its type.
@usableFromInline struct SubmittedCall {
    let core: FutureCore
    /// A `FutureOrigin` of the call's output.
    let origin: any AnyObject & Sendable
}
