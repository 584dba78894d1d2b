internal import Scheduling

/// What a command line says about the output of calls and about records of them.
struct OutputRequest: Equatable {
    /// Whether each line of a call's output begins with its arguments.
    var hasTags = false
    /// Whether the output of commands is written line by line while they run.
    var isLineBuffered = false
    /// Whether calls are printed in place of being made.
    var isDryRun = false
    /// The directory with a directory for each call.
    var results: String?
    /// The file with a line for each call.
    var jobLog: String?
    var resumption = Resumption.none
    var halt: HaltRule?

    /// Which calls of the job log are not made again.
    enum Resumption: Equatable {
        case none
        /// All that are in the log.
        case ended
        /// Those that have succeeded.
        case succeeded
    }

    /// Whether something needs to know of each call when it ends, whatever the order of the output is.
    var needsArrivals: Bool { results != nil || jobLog != nil || halt != nil || isLineBuffered }

    /// Whether calls are shown or recorded by their text.
    var needsText: Bool { hasTags || results != nil || jobLog != nil }
}
