/// The choices of a user about a journal.
package struct JournalSettings: Hashable, Sendable {
    package var path: String
    /// Whether failures are results, too. If not, calls that have failed are made again.
    package var recordsFailures = false
    /// The largest result that is recorded, in bytes; nil for no limit.
    package var largestResult: Int?
    /// Results of more bytes go to files beside the journal; nil if all are in the journal.
    package var filesAbove: Int?
    /// Whether records survive a loss of power, and not only the end of all processes.
    package var survivesPowerLoss = false

    package init(path: String) { self.path = path }
}
