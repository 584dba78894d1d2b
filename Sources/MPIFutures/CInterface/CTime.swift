internal import CTasks
internal import Waiting

/// Returns a time of the C interface, in seconds, as a duration. Returns nil, for no limit, if the time is negative or
/// too long to matter.
func duration(_ seconds: Double) throws(CStatus) -> Duration? {
    guard !seconds.isNaN else { throw CStatus(Status.invalid, "the timeout is not a number") }
    let century = 3.2e9
    return seconds < 0 || seconds > century ? nil : .seconds(seconds)
}
