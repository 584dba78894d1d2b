internal import Glibc
internal import Launching
internal import Linux
internal import MPIBinding

/// Facts about the process manager that started this process, read from the environment before MPI starts.
package enum ProcessManager {
    /// Whether a process manager started this process. If none did, MPI is not started either.
    package static var isPresent: Bool {
        Environment.isSet("PMI_FD") || Environment.isSet("PMI_PORT") || rank != nil
    }

    /// This process's rank, if the environment tells it.
    package static var rank: Int? { Starter.all({ Environment[$0] }).first?.rank }

    /// Whether this process writes messages to the user while MPI is not running.
    package static var isSpeaker: Bool { (rank ?? 0) == 0 }

    // MARK: A starter that MPI does not know

    /// Whether the environment calls this process one of several that MPI may not know of. Only MPI can decide that.
    static var mayBeForeign: Bool { mismatch(worldSize: nil) != nil }

    /// Ends the process if the environment calls it one of several but MPI says that it is alone. All of them would do
    /// the same work and write the same files. One of them reports the error.
    ///
    /// - Parameter worldSize: The size of MPI's world.
    package static func refuseForeignStarter(worldSize: Int) {
        guard let mismatch = mismatch(worldSize: worldSize) else { return }
        if mismatch.isSpeaker { Log.error(mismatch.description) }
        exit(2)
    }

    private static func mismatch(worldSize: Int?) -> StarterMismatch? {
        // Most processes have no starter, so the library's name is not needed.
        guard Starter.all({ Environment[$0] }).contains(where: \.isOneOfSeveral),
            Environment[StarterMismatch.overrule] != "1",
            let version = try? MPI.libraryVersion
        else { return nil }
        return StarterMismatch({ Environment[$0] }, MPILibrary(version: version), worldSize: worldSize)
    }
}
