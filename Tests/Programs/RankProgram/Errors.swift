import Glibc
import MPIBinding

/// Calls that must fail, and a job that goes on after them.
func errors() throws {
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    let copy = try world.duplicate()
    let byte: [UInt8] = [1]
    for (name, communicator) in [("world", world), ("duplicate", copy)] {
        expect("\(name), rank \(size)") {
            _ = try byte.withUnsafeBytes { try communicator.isend($0, to: size, tag: 0) }
        }
        // In MPICH -1 is MPI_PROC_NULL, for which every send succeeds.
        expect("\(name), rank -1") { _ = try byte.withUnsafeBytes { try communicator.isend($0, to: -1, tag: 0) } }
        expect("\(name), rank 2^40") {
            _ = try byte.withUnsafeBytes { try communicator.isend($0, to: 1 << 40, tag: 0) }
        }
        expect("\(name), tag -1") { _ = try byte.withUnsafeBytes { try communicator.isend($0, to: rank, tag: -1) } }
        expect("\(name), probe of \(size)") { _ = try communicator.improbe(source: size) }
        expect("\(name), no remote") { _ = try communicator.remoteSize }
        expect("\(name), root \(size)") {
            var bytes = byte
            try bytes.withUnsafeMutableBytes { try communicator.broadcast($0, root: size) }
        }
    }
    try copy.free()

    // A message that is longer than the buffer.
    let long = [UInt8](repeating: 7, count: 1000)
    try long.withUnsafeBytes { long in
        var request = try Communicator.selfOnly.isend(long, to: 0, tag: 1)
        var found: MatchedMessage?
        while found == nil { found = try Communicator.selfOnly.improbe() }
        guard let message = found else { fail("a message that was found is gone") }
        var short = [UInt8](repeating: 0, count: 10)
        var failure: MPIError?
        do {
            _ = try short.withUnsafeMutableBytes { try message.receiveNow(into: $0) }
        } catch let error as MPIError {
            failure = error
        }
        report("truncated: \(failure?.call ?? "no call"): \(failure?.errorClassName ?? "no error")")
        try request.wait()
    }
    try world.barrier()
    report("goes on")
}

/// Reports the error that a call ends with.
private func expect(_ what: String, _ body: () throws -> Void) {
    do {
        try body()
        report("\(what): no error")
    } catch let error as MPIError {
        require(!error.text.isEmpty && error.code != 0, "\(what): the error has a code and a text")
        require(!"\(error)".contains("\n"), "\(what): one line")
        require("\(error)".hasPrefix("\(error.call): \(error.errorClassName ?? "")"), "\(what): \(error)")
        report("\(what): \(error.call): \(error.errorClassName ?? "no class")")
    } catch {
        fail("\(what): \(error)")
    }
}
