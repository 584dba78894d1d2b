import Glibc
import MPIFutures

/// Has all ranks of a program enter the executors that one of them makes.
///
/// The root says in a file what comes next, and all meet at a barrier then.
package final class Rendezvous: Sendable {
    private enum Call: UInt8 {
        case enter = 1
        case end = 2
    }

    private let file: String
    private let root: Int
    private let workerCount: Int

    /// - Parameter file: one that all ranks can open, for this run alone.
    package init(file: String, root: Int) throws {
        self.file = file
        self.root = root
        workerCount = try Communicator.world.size - 1
    }

    /// On the root: executors that divide the world, one after the other.
    package var source: Context.Source {
        Context.Source(
            abilities: workerCount > 0 ? .processes : [],
            sharedWorkers: workerCount > 0 ? workerCount : nil,
            program: nil,
            within: { [self] setup, body in
                try say(.enter)
                try MPICommExecutor.with(
                    root: root,
                    maxWorkers: setup.maxWorkers,
                    initializer: setup.initializer,
                    options: setup.options
                ) { executor in
                    guard let executor else { throw Failure("the root got no executor", #fileID, #line) }
                    try body(executor)
                }
            },
            withinAsync: { [self] setup, body in
                try await Task { try say(.enter) }.value
                try await MPICommExecutor.with(
                    root: root,
                    maxWorkers: setup.maxWorkers,
                    initializer: setup.initializer,
                    options: setup.options
                ) { executor in
                    guard let executor else { throw Failure("the root got no executor", #fileID, #line) }
                    try await body(executor)
                }
            }
        )
    }

    /// On the root: lets the others go.
    package func end() throws { try say(.end) }

    /// On the other ranks: serves in one executor after the other.
    package func serve() throws {
        while try hear() == .enter {
            try MPICommExecutor.with(root: root) { executor in
                if executor != nil { throw Failure("a worker got an executor", #fileID, #line) }
            }
        }
    }

    private func say(_ call: Call) throws {
        var byte = call.rawValue
        let descriptor = open(file, O_CREAT | O_WRONLY, 0o600)
        pwrite(descriptor, &byte, 1, 0)
        close(descriptor)
        try Communicator.world.barrier()
        // Nobody writes the next call before all have read this one.
        try Communicator.world.barrier()
    }

    private func hear() throws -> Call? {
        try Communicator.world.barrier()
        var byte: UInt8 = 0
        let descriptor = open(file, O_RDONLY)
        pread(descriptor, &byte, 1, 0)
        close(descriptor)
        try Communicator.world.barrier()
        return Call(rawValue: byte)
    }
}
