internal import CLinux
internal import Glibc
internal import Linux
internal import MPIBinding
internal import Synchronization

/// Runs the main actor and the main dispatch queue on the main thread of a worker process.
package enum MainThread {
    /// Runs `body` on a thread of its own, and the main queue on the main thread until `body` returns. Runs `body` on
    /// the calling thread if that is not the main thread, or if MPI permits calls on the main thread only.
    ///
    /// - Parameter usesMPI: Whether the body makes MPI calls.
    package static func run(usesMPI: Bool = true, during body: @escaping () throws -> Void) throws {
        guard clinux_is_main_thread() != 0 else { return try body() }
        if usesMPI {
            guard let level = MPI.threadLevel, level >= .serialized else { return try body() }
        }
        var ends: [CInt] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return try body() }
        defer { for end in ends { close(end) } }
        let serving = Serving(body)
        let thread = try Thread(name: "mpif-serve", stackSize: stackSize) { [ends] in
            serving.run()
            _ = write(ends[1], "!", 1)
        }
        clinux_run_main_queue(ends[0])
        thread.join()
        if let error = serving.failure { throw error }
    }

    /// The size of the main thread's stack, since calls may recurse as deep as there. Only the used part takes memory.
    private static var stackSize: Int {
        var limit = rlimit()
        let unlimited = 1 << 30
        guard getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit) == 0 else { return 8 << 20 }
        return min(max(Int(clamping: limit.rlim_cur), 1 << 20), unlimited)
    }

    /// The body and its error. One thread uses it at a time: the one that runs the body, then the one that has joined
    /// it.
    private final class Serving: @unchecked Sendable {
        private let body: () throws -> Void
        private(set) var failure: (any Error)?

        init(_ body: @escaping () throws -> Void) { self.body = body }

        func run() {
            do { try body() } catch { failure = error }
        }
    }
}
