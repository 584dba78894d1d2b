import CMPI
import Glibc
import MPIBinding
import Synchronization

/// What MPI says of itself.
func environment() throws {
    let world = Communicator.world
    report("rank \(try world.rank) of \(try world.size)")
    report("level \(MPI.threadLevel.map { "\($0)" } ?? "none")")
    report("again \(try MPI.initialize(requesting: .single))")
    report("phase \(MPI.phase), initialized \(MPI.isInitialized), finalized \(MPI.isFinalized)")
    report("universe \(try MPI.universeSize.map { "\($0)" } ?? "unknown")")
    require(try !MPI.libraryVersion.isEmpty, "the library has a version")
}

/// The phase as another thread sees it while the main thread ends MPI.
///
/// The last rank comes late, so that the others must wait inside `MPI_Finalize`.
func finalize() throws {
    let rank = try Communicator.world.rank
    let isLast = try rank == Communicator.world.size - 1
    if isLast { usleep(300_000) }
    let isSeen = Atomic(false)
    try withThread {
        while MPI.phase < .finalizing { sched_yield() }
        isSeen.store(MPI.phase == .finalizing, ordering: .relaxed)
    } while: {
        usleep(10_000)
        try MPI.finalize()
    }
    require(MPI.phase == .finalized && MPI.isFinalized, "finalized")
    try MPI.finalize()
    let isExpected = isLast || isSeen.load(ordering: .relaxed)
    emit("\(rank): finalized, \(isExpected ? "and seen from another thread" : "unseen")", to: STDOUT_FILENO)
}

/// Ends without `MPI_Finalize`, rank 0 with a status and the last one late.
func leave(_ arguments: [String]) throws {
    guard let status = arguments.first.flatMap({ Int32($0) }) else { fail("leave: no status") }
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    try world.barrier()
    if rank == size - 1 { usleep(200_000) }
    report("leaves")
    MPI.leave(status: rank == 0 ? status : 0)
}

/// Ends as a program without MPI does, once the process manager knows of it; rank 0 with a status.
func announce(_ arguments: [String]) throws {
    guard let status = arguments.first.flatMap({ Int32($0) }) else { fail("announce: no status") }
    let rank = try Communicator.world.rank
    try Communicator.world.barrier()
    atexit { report("reaches its end") }
    require(MPI.announceEnd(), "the process manager hears it")
    exit(rank == 0 ? status : 0)
}

/// Ends the job with a status, from the last rank, while the others are about to wait for ever in `MPI_Finalize`.
func kill(_ arguments: [String]) throws {
    guard let status = arguments.first.flatMap({ Int32($0) }) else { fail("kill: no status") }
    let world = Communicator.world
    if try world.rank == world.size - 1 {
        try withThread {
            MPI.killJob(status: status)
        } while: {
            while true { sleep(1) }
        }
    }
    try MPI.finalize()
}

/// Ends the job with a status, from the last rank, while the others would wait for ever.
func abort(_ arguments: [String]) throws {
    guard let status = arguments.first.flatMap({ Int($0) }) else { fail("abort: no status") }
    let world = Communicator.world
    if try world.rank == world.size - 1 { MPI.abort(code: status) }
    while true { sleep(1) }
}

/// Dies by a signal, in the last rank, while the others would wait for ever.
func crash() throws {
    let world = Communicator.world
    if try world.rank == world.size - 1 { raise(SIGSEGV) }
    while true { sleep(1) }
}

/// A program that starts MPI itself and only then comes to MPIBinding.
func join() throws {
    var provided: CInt = 0
    try MPI.openLibrary()
    require(cmpi_init_thread(CInt(CMPI_THREAD_SERIALIZED), &provided) == 0, "MPI_Init_thread succeeds")
    require(MPI.phase == .uninitialized && MPI.isInitialized, "not started here")
    let level = try MPI.initialize()
    report("joined \(MPI.wasJoined), level \(level)")
    try MPI.finalize()
    report("phase \(MPI.phase), finalized \(MPI.isFinalized)")
    require(cmpi_finalize() == 0, "MPI_Finalize succeeds")
}
