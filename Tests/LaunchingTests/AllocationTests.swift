import Linux
import Testing

@testable import Launching

@Suite("An allocation")
struct AllocationTests {
    private func slots(_ variables: [String: String], files: [String: [String]] = [:]) -> Int? {
        Allocation.slots({ variables[$0] }, lines: { files[$0] })
    }

    @Test(
        "An allocation of Slurm has the tasks of all its nodes",
        arguments: [
            ("8", 8), ("8(x3)", 24), ("8(x3),2", 26), ("1(x2),3,4(x10)", 45),
        ]
    )
    func slurm(list: String, count: Int) {
        #expect(slots(["SLURM_JOB_ID": "7", "SLURM_TASKS_PER_NODE": list]) == count)
    }

    @Test(
        "An allocation of Slurm with a list of another form has the number of its tasks",
        arguments: ["", "x", "8(y3)", "8(x", "8(x2)3", "9999999999(x9999999999)", "-"]
    )
    func ill(list: String) {
        #expect(slots(["SLURM_JOB_ID": "7", "SLURM_TASKS_PER_NODE": list, "SLURM_NTASKS": "5"]) == 5)
    }

    @Test("An allocation of PBS has a line for each slot, and LSF tells their number")
    func others() {
        #expect(slots(["PBS_NODEFILE": "/f"], files: ["/f": ["a", "a", "b", ""]]) == 3)
        #expect(slots(["PBS_NODEFILE": "/f"]) == nil)
        #expect(slots(["LSB_DJOB_NUMPROC": "6"]) == 6)
    }

    @Test("An allocation is not there without the batch system's variables for a job")
    func none() {
        #expect(slots([:]) == nil)
        #expect(slots(["SLURM_TASKS_PER_NODE": "8"]) == nil)
    }

    @Test(
        "An mpiexec in a step of Slurm gets the whole allocation, and shares it with the step",
        arguments: [
            ([], "4(x3)"), (["SLURM_NTASKS_PER_NODE=2"], "2(x3)"), (["SLURM_CPUS_PER_TASK=2"], "2(x3)"),
            (["SLURM_JOB_CPUS_PER_NODE=8(x2),3", "SLURM_CPUS_PER_TASK=4"], "2(x2),1"),
        ]
    )
    func step(variables: [String], places: String) {
        let ofStep = Environment(
            entries: variables + [
                "SLURM_JOB_ID=7", "SLURM_STEP_ID=0", "SLURM_STEP_NODELIST=r1", "SLURM_JOB_NODELIST=r[1-3]",
                "SLURM_JOB_NUM_NODES=3", "SLURM_NNODES=1", "SLURM_NTASKS=1", "SLURM_NPROCS=1",
                "SLURM_TASKS_PER_NODE=1", "SLURM_JOB_CPUS_PER_NODE=4(x3)",
            ]
        )
        let whole = Allocation.whole(ofStep)
        #expect(whole["SLURM_TASKS_PER_NODE"] == places)
        #expect(whole["SLURM_NNODES"] == "3")
        #expect(whole["SLURM_OVERLAP"] == "1")
        #expect(whole["SLURM_JOB_NODELIST"] == "r[1-3]")
        for name in ["SLURM_STEP_ID", "SLURM_STEP_NODELIST", "SLURM_NTASKS", "SLURM_NPROCS"] {
            #expect(whole[name] == nil, "\(name)")
        }
    }

    @Test(
        "An mpiexec in a batch script or in an interactive shell of Slurm finds the allocation as it is",
        arguments: [[], ["SLURM_STEP_ID=4294967290"], ["SLURM_STEP_ID=4294967291"]]
    )
    func script(variables: [String]) {
        let own = Environment(
            entries: variables + ["SLURM_JOB_ID=7", "SLURM_NTASKS=5", "SLURM_TASKS_PER_NODE=2(x2),1"]
        )
        var expected = own
        expected["SLURM_OVERLAP"] = "1"
        #expect(Allocation.whole(own) == expected)
        expected["SLURM_OVERLAP"] = "yes"
        #expect(Allocation.whole(expected) == expected)
        let outside = Environment(entries: ["SLURM_STEP_ID=0", "SLURM_NTASKS=5"])
        #expect(Allocation.whole(outside) == outside)
    }
}
