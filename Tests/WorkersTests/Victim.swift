import Glibc
import Support

/// Who of a program's family is killed.
enum Victim: String, CaseIterable, Sendable {
    case worker, relay, mpiexec

    private func isOne(_ process: RunningProcess.Descendant) -> Bool {
        switch self {
        case .worker: process.rank == 1
        case .relay: process.rank == 0
        case .mpiexec: process.commandLine.hasPrefix("mpiexec")
        }
    }

    /// Kills one that is not among those that were killed before; returns its ID, or nil if none is seen.
    func kill(in program: RunningProcess, sparing former: Set<Int32> = []) -> Int32? {
        guard let process = program.descendants.first(where: { isOne($0) && !former.contains($0.id) }) else {
            return nil
        }
        Glibc.kill(process.id, SIGKILL)
        return process.id
    }
}

/// Runs a program again until the test has had its turn to kill one of its processes: beside many other tests it may
/// come to that only when all calls have been made.
func untilKilled(
    _ attempt: () async throws -> (result: ProcessResult, hasKilled: Bool)
) async throws -> ProcessResult {
    for _ in 0..<20 {
        let (result, hasKilled) = try await attempt()
        if hasKilled { return result }
    }
    throw NeverKilled()
}

struct NeverKilled: Error, CustomStringConvertible {
    var description: String { "in twenty runs there was no process to kill" }
}
