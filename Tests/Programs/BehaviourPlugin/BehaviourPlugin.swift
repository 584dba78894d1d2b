import Glibc
import MPIFutures

/// Runs all behaviours under the launcher and writes a report of them.
///
/// The argument is the number of the launcher's workers; without one, executors start workers of their own.
@main struct BehaviourPlugin: MPIProgram {
    static func run() async {
        // Swift's main thread stays free for what behaviours await.
        await Task.detached {
            let sharedWorkers = CommandLine.arguments.dropFirst().first.flatMap { Int($0) }
            let isolation = getenv("MPIFUTURES_ISOLATE").map { String(cString: $0) }
            Report.write(on: .pool(sharedWorkers: sharedWorkers, areIsolated: isolation == "on"))
        }.value
    }
}
