import Behaviours
import Glibc
import MPIBinding
import MPIFutures

/// The one that programs see.
private typealias Communicator = MPIFutures.Communicator

/// Runs behaviours in a program of its own, or in one that all ranks of a job run.
///
///     BehaviourProgram                   all behaviours, with executors that start workers
///     BehaviourProgram DIRECTORY ROOT    all behaviours, with the executors of the root
///     BehaviourProgram DIRECTORY         those of communicators, in which all ranks take part
@main enum BehaviourProgram: MPIProgram {
    static func run() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard let directory = arguments.first else {
            return await Task.detached { Report.write(on: .pool(sharedWorkers: nil, areProcesses: true)) }.value
        }
        let root = arguments.dropFirst().first.flatMap { Int($0) }
        await Task.detached {
            do {
                if let root {
                    try run(directory, root)
                } else {
                    try CommunicatorBehaviour.runAll(directory, intercommunicator: intercommunicator())
                }
            } catch {
                print("ERROR\t\(error)")
                exit(1)
            }
        }.value
    }

    /// One with rank 0 on one side and all others on the other; nil where there are no others.
    private static func intercommunicator() throws -> Int32? {
        guard try Communicator.world.size > 1 else { return nil }
        let world = MPIBinding.Communicator.world
        let rank = try world.rank
        guard let side = try world.split(color: rank == 0 ? 0 : 1, key: rank) else { return nil }
        return try side.intercommunicator(
            localLeader: 0,
            peer: world,
            remoteLeader: rank == 0 ? 1 : 0,
            tag: 0
        ).fortranHandle
    }

    private static func run(_ directory: String, _ root: Int) throws {
        let rendezvous = try Rendezvous(file: "\(directory)/call", root: root)
        guard try Communicator.world.rank == root else { return try rendezvous.serve() }
        Report.write(on: rendezvous.source)
        try rendezvous.end()
    }
}
