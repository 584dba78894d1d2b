internal import Processes

/// A program that is a plugin of the launcher and a program of its own, as its user likes.
///
/// ```swift
/// @main struct Julia: MPIProgram {
///     static func run() throws {
///         try MPIPoolExecutor.with { executor in … }
///     }
/// }
/// ```
///
/// Under the launcher `run` is called in the master only. In a program of its own every process that `mpiexec` starts
/// calls it; `MPICommExecutor` is for such programs. A process that an executor has started as a worker does not call
/// it, but serves.
///
/// An error that leaves it is printed to standard error, and the process ends with
/// status 1; calls that are still queued are not made.
public protocol MPIProgram {
    /// The program; runs on the main thread.
    @MainActor static func run() async throws
}

extension MPIProgram {
    /// Where the process begins.
    @MainActor public static func main() async {
        WorkerRole.take(SwiftLanguage())
        do {
            try await run()
        } catch {
            Runtime.shared.reportAndExit(error)
        }
    }
}
