import Behaviours
import Glibc
import Support

extension Transport {
    /// Runs the behaviours in processes of their own.
    ///
    /// - Parameters:
    ///   - variables: For all processes.
    ///   - rankVariables: For the ranks of MPI jobs, and not for `mpiexec` itself.
    func runBehaviours(
        variables: [String: String] = [:],
        rankVariables: [String: String] = [:]
    ) async throws -> ProcessResult {
        let mpi = starter.mpi
        let rankOptions =
            mpi?.options(setting: rankVariables) ?? rankVariables.flatMap { name, value in ["-genv", name, value] }
        let options = (mpi?.options ?? []) + rankOptions
        var environment = environment.merging(variables) { $1 }.mapValues { Optional($0) }
        // Some 40 s alone. On a machine with other work all behaviours of a transport take many times as long.
        let allowed = Duration.seconds(600)
        switch runs {
        case .here: throw TransportRun.NoReport(description: "\(name) runs in this process")
        case .launcher(let ranks):
            let launcher = try BuildProducts.path(of: "mpifutures")
            let plugin = try await BehaviourPlugin.path
            guard let ranks else {
                return try await runProcess(
                    launcher,
                    [plugin],
                    environment: environment,
                    deadline: .after(allowed)
                )
            }
            return try await mpiexec(
                n: ranks,
                launcher: mpi?.mpiexec,
                options: options,
                launcher,
                [plugin, "\(ranks - 1)"],
                environment: environment,
                allowed: allowed
            )
        case .program:
            if mpi != nil || !rankOptions.isEmpty {
                let command = mpi?.mpiexec ?? getenv("MPIEXEC").map { String(cString: $0) } ?? "mpiexec"
                // The program itself finds the other options that such an MPI needs.
                environment["MPIFUTURES_MPIEXEC"] = ([command] + rankOptions).joined(separator: " ")
            }
            return try await runProcess(
                BuildProducts.path(of: "BehaviourProgram"),
                environment: environment,
                deadline: .after(allowed)
            )
        case .spawner:
            guard let build = SpawningMPI.here else {
                throw TransportRun.NoReport(description: "no MPI can spawn here")
            }
            return try await runProcess(
                build.mpiexec,
                ["-n", "1"] + options + [build.path(of: "BehaviourProgram")],
                environment: environment,
                deadline: .after(allowed)
            )
        case .communicator(let ranks, let root):
            let program = try BuildProducts.path(of: "BehaviourProgram")
            let scratch = Scratch.make()
            defer { scratch.remove() }
            return try await mpiexec(
                n: ranks,
                launcher: mpi?.mpiexec,
                options: options,
                program,
                [scratch.path, "\(root)"],
                environment: environment,
                allowed: allowed
            )
        }
    }
}
