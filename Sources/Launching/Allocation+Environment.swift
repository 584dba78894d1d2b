package import Linux

extension Allocation {
    /// Returns whether `srun` started the process as a task of a step. The highest numbers stand for batch scripts,
    /// interactive shells and the like.
    ///
    /// - Parameter step: The value of `SLURM_STEP_ID`.
    package static func isTaskOfStep(_ step: String?) -> Bool {
        step.flatMap { UInt32($0) }.map { $0 < 0xFFFF_FFF0 } ?? false
    }

    /// Returns the environment of an `mpiexec` that is to use the whole allocation, from that of a process in it.
    ///
    /// Under Slurm, `mpiexec` starts its proxies by `srun`. Two things would keep such a step waiting for ever: another
    /// step of the same job that holds the processors, as that of another executor does, and variables of a task's own
    /// step, which call the allocation smaller than it is.
    package static func whole(_ environment: Environment) -> Environment {
        guard environment["SLURM_JOB_ID"] != nil else { return environment }
        var whole = environment
        if whole["SLURM_OVERLAP"] == nil { whole["SLURM_OVERLAP"] = "1" }
        guard isTaskOfStep(environment["SLURM_STEP_ID"]) else { return whole }
        let places = environment["SLURM_JOB_NUM_NODES"].flatMap { placesOfNodes(environment, count: $0) }
        whole.removeAll { name in
            name.starts(with: "SLURM_STEP".utf8)
                || ["SLURM_NTASKS", "SLURM_NPROCS", "SLURM_TASKS_PER_NODE"].contains { name.elementsEqual($0.utf8) }
        }
        whole["SLURM_NNODES"] = environment["SLURM_JOB_NUM_NODES"]
        whole["SLURM_TASKS_PER_NODE"] = places
        return whole
    }

    /// Returns the number of tasks that fit on each node of a job, in the form of `SLURM_TASKS_PER_NODE`.
    private static func placesOfNodes(_ environment: Environment, count: String) -> String? {
        if let tasks = environment["SLURM_NTASKS_PER_NODE"], Int(tasks) != nil { return "\(tasks)(x\(count))" }
        guard let processors = environment["SLURM_JOB_CPUS_PER_NODE"] else { return nil }
        guard let each = environment["SLURM_CPUS_PER_TASK"].flatMap({ Int($0) }), each > 1 else { return processors }
        let parts = processors.split(separator: ",").map { part -> String in
            let number = part.prefix { $0.isNumber }
            return "\(max(1, (Int(number) ?? 1) / each))\(part.dropFirst(number.count))"
        }
        return parts.joined(separator: ",")
    }
}
