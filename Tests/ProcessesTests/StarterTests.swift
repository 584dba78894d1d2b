import Launching
import Processes
import Testing

private let mpich = MPILibrary(version: "MPICH Version:\t4.0.2\nMPICH Device:\tch4:ucx\n")
private let openMPI = MPILibrary(version: "Open MPI v4.1.4, package: Debian OpenMPI")

private let step = ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "17", "SLURM_PROCID": "0"]
private let openMPIRank = ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "3"]
private let hydraRank = ["PMI_RANK": "0", "PMI_SIZE": "3", "PMI_FD": "7"]
private let hydraSingle = ["PMI_RANK": "0", "PMI_SIZE": "1", "PMI_FD": "7"]

/// An environment, and what is to be made of it where MPI knows of one rank.
struct Surroundings: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let variables: [String: String]
    var library = mpich
    var worldSize: Int? = 1
    /// How the line begins that refuses; nil if nothing is wrong.
    var refusal: String?

    static let wrong = [
        Surroundings(
            testDescription: "Open MPI's mpiexec and MPICH",
            variables: openMPIRank,
            refusal: "Open MPI's mpiexec started 3 processes, but the MPI library in use is MPICH 4.0.2, "
        ),
        Surroundings(
            testDescription: "srun without PMI",
            variables: step,
            refusal: "srun started 17 processes, "
        ),
        Surroundings(
            testDescription: "srun --mpi=pmix and MPICH",
            variables: step.merging(["PMIX_RANK": "0"]) { $1 },
            refusal: "srun started 17 processes, "
        ),
        Surroundings(
            testDescription: "srun --mpi=pmi2 and Open MPI",
            variables: step.merging(["PMI_RANK": "0", "PMI_SIZE": "17", "PMI_FD": "5"]) { $1 },
            library: openMPI,
            refusal: "srun started 17 processes, "
        ),
        Surroundings(
            testDescription: "MPICH's mpiexec and Open MPI",
            variables: hydraRank,
            library: openMPI,
            refusal: "an mpiexec that speaks PMI (MPICH's or Intel MPI's) started 3 processes, "
                + "but the MPI library in use is Open MPI 4.1.4, "
        ),
        Surroundings(
            testDescription: "MPICH's mpiexec whose line to its ranks is lost",
            variables: ["PMI_RANK": "0", "PMI_SIZE": "3"],
            refusal: "an mpiexec that speaks PMI"
        ),
        Surroundings(
            testDescription: "PMIx without a size, rank 1",
            variables: ["PMIX_RANK": "1"],
            refusal: "a process manager that speaks PMIx started several processes, "
        ),
        Surroundings(
            testDescription: "mpirun_rsh and Open MPI",
            variables: ["MV2_COMM_WORLD_RANK": "0", "MV2_COMM_WORLD_SIZE": "2"],
            library: openMPI,
            refusal: "MVAPICH's mpirun_rsh started 2 processes, "
        ),
        Surroundings(
            testDescription: "jsrun and MPICH",
            variables: ["JSM_NAMESPACE_RANK": "0", "JSM_NAMESPACE_SIZE": "2"],
            refusal: "jsrun started 2 processes, "
        ),
        Surroundings(
            testDescription: "flux and MPICH",
            variables: ["FLUX_TASK_RANK": "0", "FLUX_JOB_SIZE": "2"],
            refusal: "flux started 2 processes, "
        ),
        Surroundings(
            testDescription: "Open MPI's mpiexec, and MPI not asked",
            variables: openMPIRank,
            worldSize: nil,
            refusal: "Open MPI's mpiexec started 3 processes, "
        ),
    ]

    static let right = [
        Surroundings(testDescription: "nothing", variables: [:]),
        Surroundings(testDescription: "MPI knows of the others", variables: hydraRank, worldSize: 3),
        Surroundings(testDescription: "srun --mpi=pmix and an MPICH that speaks it", variables: step, worldSize: 17),
        Surroundings(testDescription: "MPICH's own mpiexec, and MPI not asked", variables: hydraRank, worldSize: nil),
        Surroundings(
            testDescription: "Open MPI's own mpiexec, and MPI not asked",
            variables: openMPIRank,
            library: openMPI,
            worldSize: nil
        ),
        Surroundings(
            testDescription: "Open MPI's mpiexec -n 1",
            variables: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"]
        ),
        Surroundings(testDescription: "a batch script", variables: ["SLURM_PROCID": "0", "SLURM_NTASKS": "17"]),
        Surroundings(
            testDescription: "a batch script that tells of its step",
            variables: step.merging(["SLURM_STEP_ID": "4294967291"]) { $1 }
        ),
        Surroundings(
            testDescription: "the interactive step of salloc",
            variables: step.merging(["SLURM_STEP_ID": "4294967290"]) { $1 }
        ),
        Surroundings(
            testDescription: "srun -n 1",
            variables: ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0"]
        ),
        Surroundings(
            testDescription: "mpiexec -n 1 in a step of its own that srun made for mpiexec",
            variables: step.merging(hydraSingle) { $1 }
        ),
        Surroundings(
            testDescription: "mpiexec -n 1 under Open MPI's",
            variables: openMPIRank.merging(hydraSingle) { $1 }
        ),
        Surroundings(testDescription: "PMIx without a size, rank 0", variables: ["PMIX_RANK": "0"]),
        Surroundings(
            testDescription: "variables that are no numbers",
            variables: ["OMPI_COMM_WORLD_RANK": "", "PMI_RANK": "x", "PMI_SIZE": "3", "PMIX_RANK": "-1"]
        ),
    ]
}

@Suite("The starter of a process")
struct StarterTests {
    @Test(
        "A starter that MPI does not know is refused, in one line with the remedy",
        arguments: Surroundings.wrong
    )
    func wrong(surroundings: Surroundings) throws {
        let mismatch = try #require(judge(surroundings))
        let text = mismatch.description
        #expect(text.hasPrefix(surroundings.refusal ?? ""), "\(text)")
        #expect(!text.contains("\n"))
        #expect(text.contains("the mpiexec of \(surroundings.library.name)"))
        #expect(text.contains("MPIFUTURES_ALLOW_SINGLETONS=1"))
    }

    @Test("A starter that MPI knows is accepted", arguments: Surroundings.right)
    func right(surroundings: Surroundings) {
        #expect(judge(surroundings) == nil)
    }

    @Test("A foreign starter is reported by one rank: 0, or the lowest that knows")
    func speaker() {
        func speaks(_ variables: [String: String]) -> Bool? {
            StarterMismatch({ variables[$0] }, mpich, worldSize: 1)?.isSpeaker
        }
        for rank in 0..<3 {
            #expect(speaks(["OMPI_COMM_WORLD_RANK": "\(rank)", "OMPI_COMM_WORLD_SIZE": "3"]) == (rank == 0))
            #expect(speaks(step.merging(["SLURM_PROCID": "\(rank)"]) { $1 }) == (rank == 0))
            #expect(speaks(["PMIX_RANK": "\(rank)"]) == (rank == 0 ? nil : rank == 1))
        }
    }

    @Test("A starter's variables tell the rank, and those of the inner starter count")
    func rank() {
        func ranks(_ variables: [String: String]) -> [Int] { Starter.all { variables[$0] }.map(\.rank) }
        #expect(ranks(["PMI_RANK": "2", "OMPI_COMM_WORLD_RANK": "1"]) == [2, 1])
        #expect(ranks(step.merging(["SLURM_PROCID": "5"]) { $1 }) == [5])
        #expect(ranks(["SLURM_PROCID": "5"]) == [])
    }

    private func judge(_ surroundings: Surroundings) -> StarterMismatch? {
        StarterMismatch({ surroundings.variables[$0] }, surroundings.library, worldSize: surroundings.worldSize)
    }
}
