internal import CTasks
internal import Waiting

/// A time as C gives it, in seconds: none if it is negative, or so long that it makes no difference.
func duration(_ seconds: Double) throws(CStatus) -> Duration? {
    guard !seconds.isNaN else { throw CStatus(Status.invalid, "the timeout is not a number") }
    let century = 3.2e9
    return seconds < 0 || seconds > century ? nil : .seconds(seconds)
}
