import CMPI
import Synchronization

/// Serialises MPI calls where MPI itself does not.
///
/// Below `ThreadLevel.multiple` MPI allows one call at a time. Every call of this module then takes
/// one lock, for the time of that call alone. At `multiple` the lock is never touched: what remains
/// is one relaxed load and one branch.
///
/// A lock that is held across a call must not be held across a wait. So nothing here waits inside
/// MPI: sends, receives and most collectives are non-blocking, and waiting means testing, with the
/// lock free in between. The exceptions are the calls that make communicators (their documentation
/// says so) and `MPI.finalize()`: while one of them runs, other threads' calls wait, so it must not
/// depend on another thread of this process making progress.
enum Serialisation {
    private static let isNeeded = Atomic(false)
    private static let lock = Mutex(())

    /// Called once the provided thread level is known.
    static func adapt(to level: ThreadLevel) {
        isNeeded.store(level < .multiple, ordering: .releasing)
    }

    @inline(__always)
    static func perform(_ body: () -> CInt) -> CInt {
        guard isNeeded.load(ordering: .relaxed) else { return body() }
        return lock.withLock { _ in body() }
    }
}

/// Makes one MPI call and throws what it reports: the funnel through which every return code goes.
///
/// - Parameters:
///   - call: The name of the MPI function, for the error.
///   - body: The call; it returns MPI's code. Inlined, so nothing is allocated for it.
@inline(__always)
func check(_ call: StaticString, _ body: () -> CInt) throws(MPIError) {
    let code = Serialisation.perform(body)
    guard code == 0 else { throw MPIError(call: call, code: code) }
}

/// Makes one MPI call that returns an `int` through a pointer.
@inline(__always)
func value(_ call: StaticString, _ body: (UnsafeMutablePointer<CInt>) -> CInt) throws(MPIError) -> Int {
    var result: CInt = 0
    try check(call) { body(&result) }
    return Int(result)
}
