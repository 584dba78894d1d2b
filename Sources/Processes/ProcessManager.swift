internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding

/// What the environment tells of the process manager that started this process, before MPI does.
package enum ProcessManager {
    /// Whether a process manager started this process; if none did, MPI is not started either.
    package static var isPresent: Bool {
        Environment.isSet("PMI_FD") || Environment.isSet("PMI_PORT") || rank != nil
    }

    /// This process's rank, as far as the environment tells.
    package static var rank: Int? { Starter.all({ Environment[$0] }).first?.rank }

    /// Whether this process is the one that speaks to the user while MPI is not running.
    package static var isSpeaker: Bool { (rank ?? 0) == 0 }

    // MARK: A starter that MPI does not know

    /// Whether the environment calls this process one of several that MPI may know nothing of: MPI has to be asked.
    static var mayBeForeign: Bool { mismatch(worldSize: nil) != nil }

    /// Ends the process if the environment calls it one of several and MPI says that it is alone: all of them would do
    /// the same work, and write the same files. One of them says so.
    ///
    /// - Parameter worldSize: What MPI says.
    package static func refuseForeignStarter(worldSize: Int) {
        guard let mismatch = mismatch(worldSize: worldSize) else { return }
        if mismatch.isSpeaker { Log.error(mismatch.description) }
        exit(2)
    }

    private static func mismatch(worldSize: Int?) -> StarterMismatch? {
        // Most processes have nothing to compare the library with.
        guard Starter.all({ Environment[$0] }).contains(where: \.isOneOfSeveral),
            Environment[StarterMismatch.overrule] != "1",
            let version = try? MPI.libraryVersion
        else { return nil }
        return StarterMismatch({ Environment[$0] }, MPILibrary(version: version), worldSize: worldSize)
    }
}
