internal import Synchronization

/// Whether all is in the files that records of this run go to: journals, traces and the launcher's report.
extension Runtime {
    /// Reports that something could not be recorded. The calls go on, since their results do not depend on it.
    package func reportLostRecords(_ message: String) {
        Log.error(message)
        lostRecords.store(true, ordering: .relaxed)
    }

    /// Whether something that was to be recorded is missing, such as after the disk was full.
    package var hasLostRecords: Bool { lostRecords.load(ordering: .relaxed) }
}
