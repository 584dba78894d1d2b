internal import Glibc
package import Journals
internal import Waiting
internal import Worker

/// The journals that this process uses. They stay open until the process ends, since a second executor of the same
/// journal goes on counting equal calls.
extension Runtime {
    /// Sets the journal of all executors that have none of their own.
    package func setJournal(_ settings: JournalSettings) { state.withLock { $0.journal = settings } }

    /// The journal of executors that have none of their own: that of the launcher, or else of the environment. Tasks
    /// and workers have none.
    package var defaultJournal: JournalSettings? {
        get throws {
            guard TaskScope.current == nil, !WorkerRole.isWorker else { return nil }
            return try state.withLock { $0.journal } ?? Settings.fromEnvironment().journal
        }
    }

    /// Returns a journal, which is opened if this process has not done so before.
    package func journal(_ settings: JournalSettings) throws -> Journal {
        try journals.withLock { journals in
            let known = journals.first { $0.isAt(settings.path) }
            if let known {
                try known.journal.check(settings)
                return known.journal
            }
            let journal = try Journal(
                settings,
                report: { Log.error($0) },
                reportLoss: { [self] in reportLostRecords($0) }
            )
            journals.append(OpenJournal(path: Self.realPath(settings.path) ?? settings.path, journal: journal))
            return journal
        }
    }

    /// Waits until all results that have come are in their journals.
    package func flushJournals() {
        for open in journals.withLock({ $0 }) { open.journal.flush() }
    }

    /// A journal, and the path by which it is found.
    struct OpenJournal {
        let path: String
        let journal: Journal

        fileprivate func isAt(_ other: String) -> Bool { Runtime.realPath(other) == path }
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
