internal import Glibc
internal import Journals
internal import Processes

/// The journal of a launcher's run.
enum JournalOption {
    /// Takes the journal that the command line or the environment names.
    ///
    /// The variable is removed: the commands that calls start are runs of their own.
    static func take(_ settings: JournalSettings?) {
        unsetenv("MPIFUTURES_JOURNAL")
        if let settings { Runtime.shared.setJournal(settings) }
    }

    /// Opens the journal in the master, before its program begins. Ends the process with status 2 if that cannot be done.
    static func open() {
        do {
            if let settings = try Runtime.shared.defaultJournal { _ = try Runtime.shared.journal(settings) }
        } catch {
            Log.error("\(error)")
            exit(2)
        }
    }
}
