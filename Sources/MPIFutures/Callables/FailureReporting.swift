/// A result that may say that its call has failed, although the call has thrown no error.
///
/// Such a call may be made again like one that throws.
package protocol FailureReporting {
    var hasFailed: Bool { get }
}
