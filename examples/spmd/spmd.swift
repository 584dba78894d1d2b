// In how many ways can n queens stand on a board of n x n squares, so that none attacks another?
//
//     mpiexec -n 3 ./spmd
//
// An ordinary program, which all processes of the job run alike. For a while it divides them: one hands out calls, the
// others make them. With one process, the calls are made by its threads.

import MPIFutures

/// One call: counts the ways with the first queen in a given column.
struct Queens: RemoteCallable {
    var size: Int
    var firstColumn: Int

    func callAsFunction() -> Int {
        let queen: UInt32 = 1 << firstColumn
        return ways(columns: queen, left: queen << 1, right: queen >> 1)
    }

    /// The ways to fill the rows that are left; a bit is set where an earlier queen attacks the next row.
    private func ways(columns: UInt32, left: UInt32, right: UInt32) -> Int {
        let all: UInt32 = (1 << size) - 1
        if columns == all { return 1 }
        var free = all & ~(columns | left | right)
        var count = 0
        while free != 0 {
            let queen = free & ~(free - 1)
            free ^= queen
            count += ways(columns: columns | queen, left: (left | queen) << 1, right: (right | queen) >> 1)
        }
        return count
    }
}

@main struct SPMD: MPIProgram {
    static func run() throws {
        try MPICommExecutor.with(.world, root: 0) { executor in
            // The other ranks come here when rank 0 has left this body: they have made its calls meanwhile.
            guard let executor else { return }
            let counts = try (4...12).map { size in
                let parts = try (0..<size).map { try executor.submit(Queens(size: size, firstColumn: $0)) }
                return (size, collect(parts).map { $0.reduce(0, +) })
            }
            for (size, count) in counts { print("\(size) queens: \(try count.result()) ways") }
        }
        // From here on the ranks are alike again.
    }
}
