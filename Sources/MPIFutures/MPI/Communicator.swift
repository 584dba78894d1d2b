internal import MPIBinding
internal import Processes
internal import Waiting
internal import Worker

/// A group of MPI processes with a message space of its own.
///
/// The first use of a communicator starts MPI. MPI ends with the process, unless the program ends it.
///
/// The counterpart in MPI is `MPI_Comm`.
public final class Communicator: Sendable {
    private enum Handle: Sendable {
        case world
        case selfOnly
        case made(MPIBinding.Communicator)
    }

    private let state: Locked<Handle?>

    private init(constant handle: Handle) { state = Locked(handle) }

    init(_ made: MPIBinding.Communicator) { state = Locked(.made(made)) }

    /// All processes of the job: `MPI_COMM_WORLD`.
    public static let world = Communicator(constant: .world)

    /// This process alone: `MPI_COMM_SELF`.
    public static let selfOnly = Communicator(constant: .selfOnly)

    /// Makes a communicator from a handle from Fortran, or from C by way of `MPI_Comm_c2f`.
    ///
    /// - Parameter fortranHandle: The handle of a communicator that the program keeps and frees itself. Do not call
    ///   `free()`.
    public init(fortranHandle: Int32) throws {
        try Runtime.shared.startMPI()
        state = Locked(.made(MPIBinding.Communicator(fortranHandle: fortranHandle)))
    }

    /// The workers of the pool that runs this task, without the master, in the order of their ranks.
    ///
    /// Tasks that run at the same time can exchange messages on it. The executor does not use it.
    ///
    /// The counterpart in Python is `mpi4py.futures.get_comm_workers`.
    ///
    /// - Throws: `ExecutorError` outside of tasks, and where the workers are threads.
    public static var workers: Communicator {
        get throws {
            guard TaskScope.current != nil else {
                throw ExecutorError(.notAllowed, "the communicator of the workers can be used only inside a task")
            }
            guard let workers = Runtime.shared.workers else {
                let reason =
                    RunnerWorker.isCurrent
                    ? "the workers are isolated from MPI; turn isolation off (--isolate off, or "
                        + "ExecutorOptions(isolation: .off))"
                    : "the workers are threads of one process, so they have no communicator; "
                        + "use an executor of processes"
                throw ExecutorError(.notAllowed, reason)
            }
            return lastWorkers.withLock { last in
                if let last, last.workers === workers { return last.communicator }
                let communicator = Communicator(workers.communicator)
                last = (workers, communicator)
                return communicator
            }
        }
    }

    /// The last communicator that `workers` returned. It returns the same object for the same workers.
    private static let lastWorkers = Locked<(workers: WorkersCommunicator, communicator: Communicator)?>(nil)
}

extension Communicator {
    /// Returns MPI's handle. Starts MPI if necessary.
    var handle: MPIBinding.Communicator {
        get throws {
            switch state.withLock({ $0 }) {
            case .world:
                try Runtime.shared.startMPI()
                return .world
            case .selfOnly:
                try Runtime.shared.startMPI()
                return .selfOnly
            case .made(let communicator): return communicator
            case nil: throw ExecutorError(.invalidArgument, "the communicator has been freed")
            }
        }
    }

    /// Returns MPI's handle for a call that all processes of the communicator must make.
    ///
    /// - Throws: `ExecutorError` if some processes cannot make the call.
    func handle(for collective: String) throws -> MPIBinding.Communicator {
        let handle = try handle
        guard handle == .world, Runtime.shared.isWorldReserved else { return handle }
        throw ExecutorError(
            .notAllowed,
            "\(collective) on the world communicator would never end: some ranks of this job serve, and do not run the "
                + "program; use Communicator.workers inside tasks, or run a program of its own on all ranks "
                + "(mpiexec -n N ./program)"
        )
    }

    /// The rank of this process, counted from 0. The corresponding MPI function is `MPI_Comm_rank`.
    public var rank: Int { get throws { try handle.rank } }

    /// The number of processes. The corresponding MPI function is `MPI_Comm_size`.
    public var size: Int { get throws { try handle.size } }

    /// Whether messages go to a remote group. The corresponding MPI function is `MPI_Comm_test_inter`.
    public var isIntercommunicator: Bool { get throws { try handle.isInter } }

    /// The handle for Fortran, or for C by way of `MPI_Comm_f2c`. The corresponding MPI function is `MPI_Comm_c2f`.
    public var fortranHandle: Int32 { get throws { try handle.fortranHandle } }

    /// Creates a communicator of the same processes with a message space of its own. Collective.
    ///
    /// The corresponding MPI function is `MPI_Comm_dup`.
    ///
    /// - Throws: `ExecutorError` for `world` under the launcher and in a worker. Not all of its ranks run the program
    ///   there, so the call would never end. Use `workers` inside tasks.
    public func duplicate() throws -> Communicator { Communicator(try handle(for: "duplicate()").duplicate()) }

    /// Divides the processes. Those with the same colour share a new communicator. Collective.
    ///
    /// The corresponding MPI function is `MPI_Comm_split`.
    ///
    /// - Parameters:
    ///   - color: The colour, at least 0; with nil, this process gets no communicator.
    ///   - key: Orders the ranks of the new communicator. Processes with equal keys keep their order.
    /// - Returns: The communicator of this process's colour; nil for a nil colour.
    /// - Throws: `ExecutorError` for a negative colour, and where `duplicate()` throws it.
    public func split(color: Int?, key: Int = 0) throws -> Communicator? {
        if let color, color < 0 {
            throw ExecutorError(.invalidArgument, "the colour is \(color), but must be at least 0, or nil")
        }
        return try handle(for: "split()").split(color: color, key: key).map { Communicator($0) }
    }

    /// Waits until every process of the communicator has made this call. Collective.
    ///
    /// The corresponding MPI function is `MPI_Barrier`.
    ///
    /// - Throws: `ExecutorError` where `duplicate()` throws it.
    @available(*, noasync, message: "it keeps its thread")
    public func barrier() throws { try handle(for: "barrier()").barrier() }

    /// Frees the communicator, which must not be used any more. Collective.
    ///
    /// Do not call it for `world` and `selfOnly`. The corresponding MPI function is `MPI_Comm_free`.
    public func free() throws {
        guard case .made(let communicator) = state.withLock({ $0 }) else {
            throw ExecutorError(
                .invalidArgument,
                "the communicator is predefined or has been freed; free only what split() or duplicate() returned"
            )
        }
        try communicator.free()
        state.withLock { $0 = nil }
    }
}
