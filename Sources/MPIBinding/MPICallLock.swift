import CMPI
import Synchronization

/// Serialises MPI calls if MPI itself does not.
///
/// Below `ThreadLevel.multiple` MPI allows one call at a time. Every call of this module then holds one lock for its
/// duration. At `multiple` the lock is never used, and the cost is one relaxed load and one branch.
///
/// The lock must not be held during a wait, so nothing here waits inside MPI. Sends, receives and most collectives are
/// non-blocking, and waiting means testing, without the lock between two tests. The exceptions are the calls that make
/// communicators (their documentation says so) and `MPI.finalize()`. While one of them runs, calls of other threads
/// wait, so it must not depend on the progress of another thread of this process.
enum MPICallLock {
    private static let isNeeded = Atomic(false)
    private static let lock = Mutex(())

    /// Sets whether calls are serialised. Call it once, when the provided thread level is known.
    static func adapt(to level: ThreadLevel) {
        isNeeded.store(level < .multiple, ordering: .releasing)
    }

    @inline(__always)
    static func perform(_ body: () -> CInt) -> CInt {
        guard isNeeded.load(ordering: .relaxed) else { return body() }
        return lock.withLock { _ in body() }
    }
}

/// Makes one MPI call, and throws the error that it returns. Every return code goes through this function.
///
/// - Parameters:
///   - call: The name of the MPI function, for the error.
///   - body: The call. It returns MPI's code. The closure is inlined, so nothing is allocated for it.
@inline(__always)
func check(_ call: StaticString, _ body: () -> CInt) throws(MPIError) {
    let code = MPICallLock.perform(body)
    guard code == 0 else { throw MPIError(call: call, code: code) }
}

/// Makes one MPI call that stores an `int` through a pointer, and returns that number.
@inline(__always)
func value(_ call: StaticString, _ body: (UnsafeMutablePointer<CInt>) -> CInt) throws(MPIError) -> Int {
    var result: CInt = 0
    try check(call) { body(&result) }
    return Int(result)
}
