import Glibc
import MPIBinding

/// Duplicates, parts and handles.
func communicators() throws {
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    require(try !world.isInter, "the world is no intercommunicator")
    require(try Communicator.selfOnly.size == 1 && Communicator.selfOnly.rank == 0, "self is alone")
    require(try Communicator.parent == nil, "nobody spawned this process")
    require(Communicator(fortranHandle: world.fortranHandle) == world, "Fortran's handle is the world's")

    let copy = try world.duplicate()
    require(Communicator(fortranHandle: copy.fortranHandle) == copy, "Fortran's handle is the copy's")

    // A message is seen on the communicator on which it was sent, and on no other.
    let sent: [UInt8] = [UInt8(rank)]
    try sent.withUnsafeBytes { sent in
        var request = try copy.isend(sent, to: (rank + 1) % size, tag: 5)
        try copy.barrier()
        for _ in 0..<1000 { require(try world.improbe() == nil, "the world has no message") }
        require(try receive(from: copy, source: nil, tag: nil) == [UInt8((rank + size - 1) % size)], "the message")
        try request.wait()
    }

    // Reversed within each part; the last rank is in none.
    let color = rank == size - 1 ? nil : rank % 2
    if let part = try world.split(color: color, key: -rank) {
        report("part \(rank % 2): rank \(try part.rank) of \(try part.size)")
        try part.free()
    } else {
        report("in no part")
    }
    try copy.free()
}

/// Rank 0 on one side and all other ranks on the other, as the launcher has master and workers.
func intercommunicator() throws {
    let world = Communicator.world
    let rank = try world.rank
    let isMaster = rank == 0
    guard let side = try world.split(color: isMaster ? 0 : 1) else { fail("a side is missing") }
    let inter = try side.intercommunicator(localLeader: 0, peer: world, remoteLeader: isMaster ? 1 : 0, tag: 3)
    require(try inter.isInter, "it is an intercommunicator")
    report("inter: rank \(try inter.rank) of \(try inter.size), remote \(try inter.remoteSize)")

    if isMaster {
        let tasks = try (0..<inter.remoteSize).map { Pattern(source: $0, tag: 1).bytes(100_000) }
        for (worker, task) in tasks.enumerated() {
            try task.withUnsafeBytes { bytes in
                var request = try inter.isend(bytes, to: worker, tag: worker)
                try request.wait()
            }
        }
        for worker in tasks.indices {
            let reply = try receive(from: inter, source: worker, tag: nil)
            require(reply == Array(tasks[worker].reversed()), "worker \(worker) returns its task reversed")
        }
        report("\(tasks.count) replies")
    } else {
        let task = try receive(from: inter, source: 0, tag: try inter.rank)
        try Array(task.reversed()).withUnsafeBytes { bytes in
            var request = try inter.isend(bytes, to: 0, tag: 0)
            try request.wait()
        }
        report("served")
    }

    var bytes = isMaster ? Pattern(source: 0, tag: 2).bytes(70_000) : [UInt8](repeating: 0, count: 70_000)
    if isMaster {
        try bytes.withUnsafeBytes { try inter.broadcastToRemoteGroup($0) }
    } else {
        try bytes.withUnsafeMutableBytes { try inter.broadcast($0, root: 0) }
    }
    require(Pattern(source: 0, tag: 2).matches(bytes), "the broadcast arrives in the other group")

    for made in [inter, side] { try made.free() }
}

/// The operations of a hand-shake.
func collectives() throws {
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    try world.barrier()

    let root = size - 1
    var bytes = rank == root ? Pattern(source: root, tag: 0).bytes(70_000) : [UInt8](repeating: 0, count: 70_000)
    try bytes.withUnsafeMutableBytes { try world.broadcast($0, root: root) }
    require(Pattern(source: root, tag: 0).matches(bytes), "the broadcast arrives")

    let own: [UInt8] = [UInt8(rank), UInt8(2 * rank), UInt8(3 * rank)]
    let all = (0..<size).flatMap { [UInt8($0), UInt8(2 * $0), UInt8(3 * $0)] }
    require(try own.withUnsafeBytes { try world.gather($0, root: root) } == (rank == root ? all : nil), "root gathers")
    let nothing = try [UInt8]().withUnsafeBytes { try world.gather($0, root: root) }
    require(nothing == (rank == root ? [] : nil), "nothing can be gathered")
}
