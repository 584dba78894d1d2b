import Identities
import Support
import Testing
import Wire

@testable import Transport

@Suite("Shared values for other hosts")
struct HostShareTests {
    /// A value that is worth a file.
    private static func share(_ value: SharedValueID) -> FrameBuffer {
        ShareFrame.write(value: value, bytes: [UInt8](repeating: 7, count: SharedContent.leastFileSize))
    }

    private static func offer(_ value: SharedValueID) -> SharedFileOffer {
        let file = FileReference(path: "/proc/1/fd/9", byteCount: 1, device: 2, inode: 3)
        return SharedFileOffer(value: value, encoding: .cbor, machine: "m", file: file)
    }

    private static func describe(_ messages: [HostShares.Message]?) throws -> [String]? {
        try messages?.map { message in
            let text =
                switch try RunnerControl(parsing: message.frame) {
                case .expect(let value): "expect \(value)"
                case .take(let offer): "take \(offer.value)"
                case nil: message.frame.count < 100 ? try RunnerFrames.describe(message.frame) : "bytes"
                default: "?"
                }
            return "\(message.worker): \(text)"
        }
    }

    private static func threeWorkers() -> HostShares {
        var shares = HostShares()
        for worker: WorkerID in [0, 1] { shares.join(worker, host: "a") }
        shares.join(2, host: "b")
        return shares
    }

    /// Two workers of one host get a value: the first has the bytes, and the second waits for its file.
    private static func oneWaiting() -> HostShares {
        var shares = threeWorkers()
        for worker: WorkerID in [0, 1] { _ = shares.send(share(1), to: worker) }
        return shares
    }

    @Test("The first worker of each host gets the bytes, and the others its file")
    func once() throws {
        var shares = Self.threeWorkers()
        let frame = Self.share(1)
        #expect(shares.send(frame, to: 0) == nil)
        #expect(try Self.describe(shares.send(frame, to: 1)) == ["1: expect 1"])
        #expect(shares.send(frame, to: 2) == nil)
        #expect(shares.isBusy)
        #expect(shares.note(1, of: 2, Self.offer(1)).isEmpty)
        #expect(try Self.describe(shares.note(1, of: 0, Self.offer(1))) == ["1: take 1"])
        #expect(shares.isBusy)
        #expect(shares.note(1, of: 1, nil).isEmpty)
        #expect(!shares.isBusy)
        shares.join(3, host: "a")
        #expect(try Self.describe(shares.send(frame, to: 3)) == ["3: expect 1", "3: take 1"])
    }

    @Test("A worker that cannot open the file gets the bytes")
    func lack() throws {
        var shares = Self.oneWaiting()
        _ = shares.note(1, of: 0, Self.offer(1))
        #expect(try Self.describe(shares.noteLack(of: 1, on: 1)) == ["1: bytes"])
        #expect(shares.isBusy)
        _ = shares.note(1, of: 1, Self.offer(1))
        #expect(!shares.isBusy)
    }

    @Test("All workers of a host get the bytes if the first one cannot make a file")
    func noFile() throws {
        var shares = Self.oneWaiting()
        let frame = Self.share(1)
        #expect(try Self.describe(shares.note(1, of: 0, nil)) == ["1: bytes"])
        #expect(!shares.isBusy)
        shares.join(3, host: "a")
        #expect(shares.send(frame, to: 3) == nil)
    }

    @Test("Small values, and frames of other kinds, are sent as they are")
    func asTheyAre() {
        var shares = Self.threeWorkers()
        for worker: WorkerID in [0, 1] {
            #expect(shares.send(ShareFrame.write(value: 1, bytes: [1]), to: worker) == nil)
            #expect(shares.send(RunnerFrames.tasks(1, [1]), to: worker) == nil)
        }
        #expect(!shares.isBusy)
    }

    @Test("A value that is released before its file was offered still arrives")
    func early() throws {
        var shares = Self.oneWaiting()
        for worker: WorkerID in [0, 1] { #expect(shares.send(MasterFrame.unshareFrame(value: 1), to: worker) == nil) }
        #expect(try Self.describe(shares.note(1, of: 0, Self.offer(1))) == ["1: take 1"])
        _ = shares.note(1, of: 1, nil)
        #expect(!shares.isBusy)
    }

    @Test("A worker that has been let go gets nothing any more")
    func goodbye() throws {
        var shares = Self.oneWaiting()
        #expect(shares.send(MasterFrame.goodbyeFrame(), to: 1) == nil)
        #expect(shares.note(1, of: 0, Self.offer(1)).isEmpty)
        #expect(shares.noteLack(of: 1, on: 1).isEmpty)
        #expect(!shares.isBusy)
    }

    @Test("If the first worker of a host is lost, the others get the bytes that they have not got by its file")
    func lost() throws {
        var shares = Self.threeWorkers()
        shares.join(3, host: "a")
        let frame = Self.share(1)
        for worker: WorkerID in [0, 1, 3] { _ = shares.send(frame, to: worker) }
        #expect(shares.giveUp(3).isEmpty)
        #expect(try Self.describe(shares.giveUp(0)) == ["1: bytes"])
        #expect(!shares.isBusy)
        #expect(shares.noteLack(of: 1, on: 3).isEmpty)
    }

    @Test("Every worker gets all frames in their order, whatever overtakes what", arguments: 0..<50)
    func order(number: UInt64) throws {
        var random = SeededGenerator()
        for _ in 0..<number { _ = random.next() }
        var run = ShareRun(random)
        try run.go()
        let seed = Comment("MPIFUTURES_TEST_SEED=\(random.seed), number \(number)")
        #expect(run.handled == run.sent, seed)
        #expect(!run.shares.isBusy, seed)
        #expect(run.needlessBytes == 0, seed)
    }
}

/// A master and the owners of some hosts, whose messages travel at random.
private struct ShareRun {
    private var random: SeededGenerator
    private(set) var shares = HostShares()
    private var gates: [ShareGate]
    private var toOwner: [[FrameBuffer]]
    private var toMaster: [[RunnerControl]]
    private let opensFiles: [Bool]
    private let makesFiles: [Bool]
    private let hosts: [Int]
    private var bytes: [SharedValueID: [Int: Int]] = [:]
    /// What the master has sent to each worker.
    private(set) var sent: [[String]]
    /// What the owner of each worker has passed on.
    private(set) var handled: [[String]]
    private var next: UInt32 = 0

    init(_ random: SeededGenerator) {
        var random = random
        let count = Int.random(in: 2...6, using: &random)
        hosts = (0..<count).map { _ in .random(in: 0..<2, using: &random) }
        let isWhole = Bool.random(using: &random)
        opensFiles = (0..<count).map { _ in isWhole || .random(using: &random) }
        makesFiles = (0..<count).map { _ in isWhole || .random(using: &random) }
        gates = [ShareGate](repeating: ShareGate(), count: count)
        toOwner = [[FrameBuffer]](repeating: [], count: count)
        toMaster = [[RunnerControl]](repeating: [], count: count)
        sent = [[String]](repeating: [], count: count)
        handled = sent
        self.random = random
    }

    /// How often bytes went to a host that had them in a file that all its workers can open.
    var needlessBytes: Int {
        guard opensFiles.allSatisfy({ $0 }), makesFiles.allSatisfy({ $0 }) else { return 0 }
        return bytes.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1 - 1 } }
    }

    mutating func go() throws {
        // Some workers join late, and get the values that there are.
        var joined: [Int] = []
        var values: [SharedValueID] = []
        for step in 0..<200 {
            if let worker = hosts.indices.first(where: { !joined.contains($0) }), step.isMultiple(of: 7) {
                shares.join(WorkerID(worker), host: "\(hosts[worker])")
                joined.append(worker)
                for value in values { send(share(value), "share \(value)", to: worker) }
            }
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                next += 1
                values.append(SharedValueID(next))
                for worker in joined { send(share(SharedValueID(next)), "share \(next)", to: worker) }
            case 1 where !values.isEmpty:
                let value = values.removeFirst()
                for worker in joined { send(MasterFrame.unshareFrame(value: value), "unshare \(value)", to: worker) }
            case 2, 3:
                guard let worker = joined.randomElement(using: &random) else { continue }
                let frame = RunnerFrames.tasks(FrameSequence(UInt32(step)), [1])
                send(frame, try RunnerFrames.describe(frame), to: worker)
            default: try moveOne()
            }
        }
        while try moveOne() {}
    }

    private func share(_ value: SharedValueID) -> FrameBuffer {
        ShareFrame.write(value: value, bytes: [UInt8](repeating: 7, count: SharedContent.leastFileSize))
    }

    private mutating func send(_ frame: FrameBuffer, _ text: String, to worker: Int) {
        sent[worker].append(text)
        post(shares.send(frame, to: WorkerID(worker)) ?? [.init(worker: WorkerID(worker), frame: frame)])
    }

    private mutating func post(_ messages: [HostShares.Message]) {
        for message in messages { toOwner[message.worker.number].append(message.frame) }
    }

    /// Delivers a message. Returns false if there is none.
    @discardableResult
    private mutating func moveOne() throws -> Bool {
        let busy = hosts.indices.filter { !toOwner[$0].isEmpty || !toMaster[$0].isEmpty }
        guard let worker = busy.randomElement(using: &random) else { return false }
        if toMaster[worker].isEmpty || (!toOwner[worker].isEmpty && .random(using: &random)) {
            for frame in try gates[worker].add(toOwner[worker].removeFirst()) { try handle(frame, worker) }
        } else {
            switch toMaster[worker].removeFirst() {
            case .offers(let offer): post(shares.note(offer.value, of: WorkerID(worker), offer))
            case .has(let value): post(shares.note(value, of: WorkerID(worker), nil))
            case .lacks(let value): post(shares.noteLack(of: value, on: WorkerID(worker)))
            default: break
            }
        }
        return true
    }

    private mutating func handle(_ frame: FrameBuffer, _ worker: Int) throws {
        if case .take(let offer)? = try RunnerControl(parsing: frame) {
            guard opensFiles[worker] else { return toMaster[worker].append(.lacks(offer.value)) }
            handled[worker].append("share \(offer.value)")
            toMaster[worker].append(.has(offer.value))
            for frame in gates[worker].open() { try handle(frame, worker) }
        } else if case .share(let share) = try MasterFrame(parsing: frame) {
            handled[worker].append("share \(share.value)")
            bytes[share.value, default: [:]][hosts[worker], default: 0] += 1
            let file = FileReference(path: "", byteCount: 1, device: 2, inode: 3)
            let offer = SharedFileOffer(value: share.value, encoding: .cbor, machine: "", file: file)
            toMaster[worker].append(makesFiles[worker] ? .offers(offer) : .has(share.value))
        } else {
            handled[worker].append(try RunnerFrames.describe(frame))
        }
    }
}
