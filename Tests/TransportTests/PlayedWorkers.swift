import Identities
import Support
import Transport
import Waiting
import Wire

/// Workers that a test plays, for what stands between them and a program.
final class PlayedWorkers: MasterTransport {
    private struct State {
        var sent: [(worker: WorkerID, frame: FrameBuffer)] = []
        var arrivals: [(worker: WorkerID, frame: FrameBuffer)] = []
        var looks = 0
        /// Whether a frame is coming in.
        var isReceiving = false
        var isShutDown = false
    }

    private let state = Locked(State())
    private let bell = LocalDoorbell()
    private let sending = Parker()
    let workerCount: Int
    /// Whether only every second look finds what is there.
    private let looksTwice: Bool
    /// Whether only the last look before a sleep begins to receive a frame, and a later look ends it. A sleep then lasts
    /// until a ring.
    private let receivesSlowly: Bool

    init(workerCount: Int, looksTwice: Bool = false, receivesSlowly: Bool = false) {
        self.workerCount = workerCount
        self.looksTwice = looksTwice
        self.receivesSlowly = receivesSlowly
    }

    var doorbell: Doorbell { bell.bell }
    var isSending: Bool { false }
    var capabilities: TransportCapabilities { [] }
    var traffic: Backoff.Traffic { state.withLock { $0.isReceiving ? .incoming : .none } }
    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// At once to sleep, with a look before.
    var waiting: Backoff.Limits {
        var limits = Backoff.Limits()
        (limits.spins, limits.yields) = (0, 0)
        limits.shortestSleep = receivesSlowly ? .max / 4 : 1_000_000
        limits.longestSleep = limits.shortestSleep
        return limits
    }

    func send(_ frame: FrameBuffer, to worker: WorkerID) {
        state.withLock { $0.sent.append((worker, frame)) }
        sending.unpark()
    }

    func poll() -> (worker: WorkerID, frame: FrameBuffer)? {
        state.withLock { state in
            state.looks += 1
            if state.arrivals.isEmpty || looksTwice && !state.looks.isMultiple(of: 2) { return nil }
            if receivesSlowly && !state.isReceiving {
                // Only a sleeper's rings can be suppressed.
                state.isReceiving = doorbell.suppressRings()
                doorbell.restoreRings()
                return nil
            }
            state.isReceiving = false
            return state.arrivals.removeFirst()
        }
    }

    func shutDown() { state.withLock { $0.isShutDown = true } }

    // MARK: The test's side

    func arrive(_ frame: FrameBuffer, from worker: WorkerID) {
        state.withLock { $0.arrivals.append((worker, frame)) }
        doorbell.ring()
    }

    /// Waits for the next frame that goes to a worker.
    func next() -> (worker: WorkerID, bytes: [UInt8])? {
        guard sending.park(until: .after(hangTime)) else { return nil }
        let (worker, frame) = state.withLock { $0.sent.removeFirst() }
        return (worker, Array(frame.bytes))
    }

    static func identity(_ worker: Int, processID: Int32 = 1, host: String = "here") -> WorkerIdentity {
        WorkerIdentity(rank: Rank(worker + 1), worldSize: 3, host: host, processID: processID)
    }
}
