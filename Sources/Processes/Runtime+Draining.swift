internal import Pool
package import Waiting

extension Runtime {
    /// How the end of a run proceeds that a batch system has asked for.
    struct Draining {
        /// When calls that run are dropped; nil if they are waited for.
        var deadline: Instant?
    }

    /// Lets no further call begin, in any executor. Calls that run may end.
    ///
    /// - Parameter deadline: When calls that still run are dropped; nil if they are waited for.
    package func drain(until deadline: Instant?) {
        let pools = state.withLock { state in
            state.draining = Draining(deadline: deadline)
            return Array(state.livePools.values)
        }
        for pool in pools { pool.drain() }
    }

    /// Lets the workers outlive SIGTERM for so many seconds, in which calls that run may end.
    package func setGrace(_ seconds: Double) { WorkerSignals.setGrace(seconds) }

    /// Whether no further call begins, because the run is to end.
    package var isDraining: Bool { state.withLock { $0.draining != nil } }

    /// Drops the calls that still run. Their futures fail.
    package func dropRunningCalls() {
        let pools = state.withLock { state in
            state.draining = Draining(deadline: .now)
            return Array(state.livePools.values)
        }
        for pool in pools {
            if pool.counts.running > 0 { RunEnd.noteRefusal() }
            pool.abandon()
        }
    }
}
