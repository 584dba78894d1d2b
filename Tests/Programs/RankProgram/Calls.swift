import Glibc
import Identities
import MPIBinding
import Pool
import Transport
import Waiting
import Wire
import Worker

/// Makes calls of many sizes over MPI, one after the other, where no sleep ends by its deadline: a frame that only a
/// deadline would find is never found.
///
///     calls COUNT SIZE ...
func calls(_ arguments: [String]) throws {
    let numbers = arguments.compactMap(Int.init)
    let groups = try MasterWorkerGroups(dividing: .world, master: 0)
    if groups.isMaster {
        try makeCalls(groups.joint, count: numbers[0], sizes: Array(numbers[1...]))
    } else {
        let transport = PatientWorkerTransport(try MPIWorkerTransport(groups.joint))
        let identity = WorkerIdentity(rank: Rank(of: transport.worker), worldSize: 0, host: "here", processID: getpid())
        let place = WorkerPlace(transport.worker, of: transport.worker.number + 1)
        try ServeLoop(transport: transport, language: ResultsOfAnySize(), identity: identity, place: place).run()
        report("served")
    }
    try groups.free()
}

private func makeCalls(_ joint: Communicator, count: Int, sizes: [Int]) throws {
    let transport = PatientMasterTransport(try MPIMasterTransport(joint))
    let pool = try Pool(transport: transport, describeFailure: { _ in "" })
    let queue = pool.open(ExecutorSetup())
    let callable = pool.callables.id(of: CallableDefinition(name: "result", encoding: .trivial))
    for size in sizes {
        for number in 0..<count {
            // Large arguments and large results in turn. The first bytes say how large the result is to be.
            var bytes = [UInt8](repeating: 0, count: number.isMultiple(of: 2) ? 8 : max(8, size))
            withUnsafeBytes(of: number.isMultiple(of: 2) ? size : 1) { bytes.replaceSubrange(0..<8, with: $0) }
            let future = FutureCore()
            try bytes.withUnsafeBytes { try queue.append(callable: callable, arguments: $0, future: future) }
            let outcome = future.wait(until: .after(.seconds(40)), helping: pool)
            require(outcome != nil, "call \(number) of \(size) bytes has its result without the deadline of a sleep")
        }
    }
    queue.close(cancelQueued: false)
    pool.stop()
    require(pool.stopped.wait(until: .after(.seconds(40))) != nil, "the pool ends without the deadline of a sleep")
    report("\(count * sizes.count) results")
}

/// Computes for a while, longer than a caller stays awake, and makes a result of the size that the call says.
private struct ResultsOfAnySize: TaskLanguage {
    private final class Runner: TaskRunner {
        let name = "result"

        func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
            let end = Instant.after(.microseconds(200))
            while Instant.now < end {}
            let count = arguments.bytes.loadUnaligned(as: Int.self)
            [UInt8](repeating: 1, count: count).withUnsafeBytes { result.append($0) }
            return .trivialValue
        }
    }

    func runner(for definition: CallableDefinition) throws -> any TaskRunner { Runner() }
    func name(of definition: CallableDefinition) -> String { definition.name }
    func describe(_ error: any Error) -> (typeName: String, message: String, wireName: String?, encoded: [UInt8]?) {
        ("", "\(error)", nil, nil)
    }
    func encode(_ failure: TaskFailure) -> [UInt8] { [] }
}

extension Backoff.Limits {
    /// Limits with sleeps that no test lives to see the end of.
    fileprivate var patient: Backoff.Limits {
        var limits = self
        (limits.shortestSleep, limits.longestSleep) = (.max / 4, .max / 4)
        return limits
    }
}

/// A master's transport over MPI whose sleeps have no deadline.
private final class PatientMasterTransport: MasterTransport {
    private let base: MPIMasterTransport

    init(_ base: MPIMasterTransport) { self.base = base }

    var workerCount: Int { base.workerCount }
    var doorbell: Doorbell { base.doorbell }
    var waiting: Backoff.Limits { base.waiting.patient }
    var isSending: Bool { base.isSending }
    var capabilities: TransportCapabilities { base.capabilities }
    var traffic: Backoff.Traffic { base.traffic }
    func send(_ frame: FrameBuffer, to worker: WorkerID) throws { try base.send(frame, to: worker) }
    func poll() throws -> (worker: WorkerID, frame: FrameBuffer)? { try base.poll() }
    func shutDown() { base.shutDown() }
}

/// A worker's transport over MPI whose sleeps have no deadline.
private final class PatientWorkerTransport: WorkerTransport {
    private let base: MPIWorkerTransport

    init(_ base: MPIWorkerTransport) { self.base = base }

    var worker: WorkerID { base.worker }
    var doorbell: Doorbell { base.doorbell }
    var waiting: Backoff.Limits { base.waiting.patient }
    var isSending: Bool { base.isSending }
    var movesArrays: Bool { base.movesArrays }
    var traffic: Backoff.Traffic { base.traffic }
    func send(_ frame: FrameBuffer) throws { try base.send(frame) }
    func poll() throws -> FrameBuffer? { try base.poll() }
    func shutDown() { base.shutDown() }
}
