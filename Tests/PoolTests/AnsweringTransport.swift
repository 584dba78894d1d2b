import Glibc
import Identities
import Linux
import Support
import Transport
import Waiting
import Wire

/// A transport with one worker, a thread that answers every frame after a while.
final class AnsweringTransport: MasterTransport {
    private struct State {
        var sent: [FrameBuffer] = []
        var arrivals: [FrameBuffer] = [WorkerFrame.readyFrame(Replies.identity(0))]
        var random = SeededGenerator()
        /// The looks that the next frame still takes to come in, and whether it has begun to.
        var looks = 0
        var isReceiving = false
        /// The threads that have sent frames.
        var senders: Set<UInt> = []
    }

    private let state = Locked(State())
    private let bell = LocalDoorbell()
    private let sending = Parker()

    let workerCount = 1
    let capabilities = TransportCapabilities.inlineCallers
    var doorbell: Doorbell { bell.bell }
    let isSending = false
    var traffic: Backoff.Traffic { state.withLock { $0.isReceiving ? .incoming : .none } }

    var waiting: Backoff.Limits {
        var limits = Backoff.Limits()
        // No sleep ends by its deadline before a test gives up, so a frame that only a deadline finds fails the test.
        (limits.shortestSleep, limits.longestSleep) = (.max / 4, .max / 4)
        return limits
    }

    init() throws { try Linux.Thread(name: "worker") { [self] in work() }.detach() }

    /// Whether a thread other than the dispatcher's has sent anything.
    func hasSent(_ thread: UInt) -> Bool { state.withLock { $0.senders.contains(thread) } }

    static var thisThread: UInt { UInt(pthread_self()) }

    func send(_ frame: FrameBuffer, to worker: WorkerID) {
        state.withLock { state in
            state.sent.append(frame)
            state.senders.insert(Self.thisThread)
        }
        sending.unpark()
    }

    func poll() -> (worker: WorkerID, frame: FrameBuffer)? {
        state.withLock { state in
            guard !state.arrivals.isEmpty else { return nil }
            state.isReceiving = state.looks > 0
            state.looks -= 1
            guard !state.isReceiving else { return nil }
            state.looks = .random(in: 0..<4, using: &state.random)
            return (0, state.arrivals.removeFirst())
        }
    }

    func shutDown() {}

    private func work() {
        while sending.park(until: .after(hangTime)) {
            let (frame, pause) = state.withLock { state in
                (state.sent.removeFirst(), UInt32.random(in: 0..<4, using: &state.random))
            }
            // Longer than a caller stays awake, every now and then.
            if pause == 0 { usleep(200) }
            switch try? MasterFrame(parsing: frame) {
            case .tasks(let tasks): arrive(ScriptedPool.reply(to: tasks))
            case .goodbye: return arrive(WorkerFrame.goodbyeFrame())
            default: break
            }
        }
    }

    private func arrive(_ frame: FrameBuffer) {
        state.withLock { $0.arrivals.append(frame) }
        doorbell.ring()
    }
}
