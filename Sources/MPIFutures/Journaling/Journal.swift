/// A file in which an executor records the results of its calls, so that the same program, started again, makes only
/// the calls that are missing.
///
/// ```swift
/// var options = ExecutorOptions()
/// options.journal = Journal("run.journal")
/// let executor = try MPIPoolExecutor(options: options)
/// ```
///
/// A call whose result is in the journal is not made: its future has the result at once. A result belongs to a call if
/// all of this is the same: the name of the callable, the code of the library that has it, the bytes of the arguments,
/// the executor's globals and initializer, the broadcast values, and how many equal calls the program had made before.
///
/// The article <doc:LongRuns> says what a call may use, and what is lost if the run is killed.
public struct Journal: Hashable, Sendable {
    /// The path of the file, which is created if it does not exist. One process at a time uses it.
    public var path: String

    /// Whether a call that threw an error is not made again. Without it, failed calls are made again.
    public var recordsFailures: Bool

    /// The largest result that is recorded, in bytes of its encoding; nil for no limit. Calls with larger results are
    /// made again.
    public var largestResult: Int?

    /// Results of more bytes go to files of their own, in the directory `PATH.files` beside the journal; nil if all are
    /// in the journal. The journal stays small then, and files can be looked at and removed one by one: a call whose
    /// file is missing is made again.
    public var filesAbove: Int?

    /// Whether results survive a loss of power, and not only the end of all processes. Each batch of results then waits
    /// for the disk.
    public var survivesPowerLoss: Bool

    /// Makes the description of a journal. The file is opened when an executor is made, and stays open until the
    /// process ends.
    public init(
        _ path: String,
        recordsFailures: Bool = false,
        largestResult: Int? = nil,
        filesAbove: Int? = nil,
        survivesPowerLoss: Bool = false
    ) {
        self.path = path
        self.recordsFailures = recordsFailures
        self.largestResult = largestResult
        self.filesAbove = filesAbove
        self.survivesPowerLoss = survivesPowerLoss
    }
}
