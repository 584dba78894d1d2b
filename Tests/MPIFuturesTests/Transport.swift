import Behaviours
import Glibc
import Support
import Testing

/// What carries tasks to workers: the same behaviours have to hold on each.
struct Transport: Sendable, CustomTestStringConvertible {
    enum Runs: Sendable {
        /// In the process of the tests.
        case here(Context.Source)
        /// A plugin under the launcher; nil without mpiexec.
        case launcher(ranks: Int?)
        /// A program of its own, whose executors start their workers.
        case program
        /// The same under an mpiexec whose MPI can spawn, if there is one: see `SpawningMPI`.
        case spawner
        /// A program that all ranks run, one of which has the executor.
        case communicator(ranks: Int, root: Int)
    }

    /// The MPI whose `mpiexec` starts the ranks.
    enum Starter: Sendable {
        case usual, openMPI, intel

        /// The MPI; nil for the usual one, and if it is not here.
        var mpi: OtherMPI? {
            switch self {
            case .usual: nil
            case .openMPI: .openMPI
            case .intel: .intel
            }
        }
    }

    let name: String
    let abilities: Behaviour.Needs
    let runs: Runs
    let environment: [String: String]
    let starter: Starter

    var testDescription: String { name }

    var isHere: Bool { if case .here = runs { true } else { false } }

    private init(
        _ name: String,
        _ abilities: Behaviour.Needs,
        _ runs: Runs,
        environment: [String: String] = [:],
        starter: Starter = .usual
    ) {
        self.name = name
        self.abilities = abilities
        self.runs = runs
        self.environment = environment
        self.starter = starter
    }

    /// Those that can be tested here.
    static let available = all.filter { transport in
        if transport.starter != .usual { return transport.starter.mpi != nil }
        return if case .spawner = transport.runs { SpawningMPI.here != nil } else { true }
    }

    /// All that are to be tested: `MPIFUTURES_TEST_TRANSPORT` chooses those whose names have it in them.
    static let all: [Transport] = (inThisProcess + inOthers).filter { transport in
        getenv("MPIFUTURES_TEST_TRANSPORT").map { transport.name.contains(String(cString: $0)) } ?? true
    }

    // A new transport is one line here.

    private static let inThisProcess = [
        Transport("threads of this process", Context.Source.threads.abilities, .here(.threads))
    ]

    #if THREAD_SANITIZER || ADDRESS_SANITIZER
        private static let inOthers: [Transport] = []
    #else
        private static let inOthers = [
            Transport("launcher without mpiexec", .own, .launcher(ranks: nil)),
            Transport("launcher with runners", .started, .launcher(ranks: nil), environment: isolated),
            Transport("program with runners", .started, .program, environment: isolated),
            Transport("launcher, 2 ranks", .launched, .launcher(ranks: 2)),
            Transport("launcher, 3 ranks", .launched, .launcher(ranks: 3)),
            Transport("launcher, 5 ranks", .launched, .launcher(ranks: 5)),
            Transport("launcher, 3 ranks, SERIALIZED", .launched, .launcher(ranks: 3), environment: serialized),
            Transport("launcher, 3 ranks with runners", .owning, .launcher(ranks: 3), environment: isolated),
            Transport("relay", .started, .program),
            Transport("spawn", .started, .spawner),
            Transport("communicator, 1 rank", [], .communicator(ranks: 1, root: 0)),
            Transport("communicator, 3 ranks, root 0", .processes, .communicator(ranks: 3, root: 0)),
            Transport("communicator, 3 ranks, root 1", .processes, .communicator(ranks: 3, root: 1)),
            Transport("communicator, 3 ranks, root 2", .processes, .communicator(ranks: 3, root: 2)),
            Transport("Open MPI, launcher, 3 ranks", .launched, .launcher(ranks: 3), starter: .openMPI),
            // Starting workers takes Open MPI two seconds, so its relay has tests of its own: `OpenMPITests`.
            Transport(
                "Open MPI, communicator, 3 ranks, root 1",
                .processes,
                .communicator(ranks: 3, root: 1),
                starter: .openMPI
            ),
            Transport("Intel MPI, launcher, 6 ranks", .launched, .launcher(ranks: 6), starter: .intel),
            Transport(
                "Intel MPI, launcher, 3 ranks with runners",
                .owning,
                .launcher(ranks: 3),
                environment: isolated,
                starter: .intel
            ),
            Transport(
                "Intel MPI, communicator, 6 ranks, root 1",
                .processes,
                .communicator(ranks: 6, root: 1),
                starter: .intel
            ),
            Transport("Intel MPI, relay", .started, .program, starter: .intel),
        ]
        private static let isolated = ["MPIFUTURES_ISOLATE": "on"]
        private static let serialized = ["MPIFUTURES_THREAD_LEVEL": "serialized"]
    #endif
}

extension Behaviour.Needs {
    fileprivate static let own: Behaviour.Needs = [.freeExecutors, .ownWorkers, .isolation]
    fileprivate static let started: Behaviour.Needs = [.freeExecutors, .ownWorkers, .processes, .isolation]
    fileprivate static let launched: Behaviour.Needs = [.freeExecutors, .sharedWorkers, .processes, .ranks]
    fileprivate static let owning: Behaviour.Needs = [.freeExecutors, .sharedWorkers, .processes, .isolation]
}
