/// What a batch system has allocated to this job, as its variables say.
package enum Allocation {
    /// Returns the number of processes that an `mpiexec` starts in the allocation unless it is told one; nil outside of
    /// an allocation.
    ///
    /// - Parameters:
    ///   - value: Returns the value of a variable, or nil.
    ///   - lines: Returns the lines of a file, or nil.
    package static func slots(_ value: (String) -> String?, lines: (String) -> [String]?) -> Int? {
        if value("SLURM_JOB_ID") != nil {
            return value("SLURM_TASKS_PER_NODE").flatMap(sum) ?? value("SLURM_NTASKS").flatMap { Int($0) }
        }
        // PBS writes one line for each slot, and so do its relatives.
        if let file = value("PBS_NODEFILE"), let hosts = lines(file) {
            let count = hosts.count { !$0.isEmpty }
            return count > 0 ? count : nil
        }
        return value("LSB_DJOB_NUMPROC").flatMap { Int($0) }
    }

    /// Returns the sum of a list in Slurm's short form: `8(x3),2` stands for 8, 8, 8, 2.
    static func sum(_ list: String) -> Int? {
        var sum = 0
        for part in list.split(separator: ",") {
            let words = part.split { !$0.isNumber }
            guard let each = words.first.flatMap({ Int($0) }) else { return nil }
            let isRepeated = part.contains("(x")
            guard words.count == (isRepeated ? 2 : 1), let count = isRepeated ? Int(words[1]) : 1 else { return nil }
            let (product, isLarge) = each.multipliedReportingOverflow(by: count)
            guard !isLarge, product < 1 << 30 else { return nil }
            sum += product
        }
        return sum > 0 ? sum : nil
    }
}
