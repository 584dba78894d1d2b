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
}
