import Identities
import Scheduling

/// A master and the workers of many hosts on a simulated clock. One process of each host, the *host master*, takes the
/// tasks for its host, hands them on to the workers, and returns results.
///
/// The master does one thing after the other, and so does each host master, so the limits of both show.
struct HostScale {
    /// Who chooses the worker of a task.
    enum Choice {
        /// The master, which knows all workers. A message to a host has frames for many of them.
        case byMaster
        /// The host master. The master knows hosts only.
        case byHostMaster
    }

    /// What the work of masters takes, and messages; in nanoseconds.
    struct Costs {
        /// To write and send a message to another host, and to take one in.
        var message: UInt64 = 2_000
        /// To write a frame for one worker of another host, which travels in a message, and to take in its results.
        var packedFrame: UInt64 = 500
        var task: UInt64 = 60
        var latency: UInt64 = 2_000
        /// To write a frame for a worker of the same host, and to take in its results.
        var localFrame: UInt64 = 2_000
        var localLatency: UInt64 = 1_000
        /// The least time between two messages of a host, for each host, so that the master can take in all messages.
        var pausePerHost: UInt64 = 5_000
    }

    private enum Event {
        /// A message of the master arrives at a host.
        case batch([Piece], host: Int)
        /// A worker has finished a frame.
        case finish(Done, host: Int)
        /// A host master may send results again.
        case pauseEnds(host: Int)
        /// A message of a host master arrives at the master.
        case results([Done], host: Int)
    }

    /// Some tasks in a row.
    private struct Piece {
        let tasks: Range<Int>
        /// The worker, as the scheduler numbers it that has chosen it; nil if the host master is to choose.
        var worker: Int?
        var expected: UInt64 = 0
    }

    private struct Done {
        let tasks: Int
        let worker: Int
        let duration: UInt64
        /// The time that the scheduler has expected which chose the worker.
        let expected: UInt64
    }

    private struct Host {
        var scheduler = Scheduler()
        /// The tasks that wait on this host.
        var queue = Pieces()
        /// When the host master has done all that it had to do.
        var free: UInt64 = 0
        /// What the workers have finished since the last message to the master.
        var done: [Done] = []
        var pauseEnd: UInt64 = 0
        var isPausing = false
    }

    private let lengths: [UInt64]
    private let choice: Choice
    private let costs: Costs
    private let workersPerHost: Int
    /// Chooses workers for the master.
    private var workers = Scheduler()
    /// Chooses hosts for the master.
    private var hostScheduler: HostScheduler
    private var hosts: [Host]
    private var workersFree: [UInt64]
    private var events = EventHeap<Event>()
    private var next = 0
    private var masterFree: UInt64 = 0
    private var masterTime: UInt64 = 0
    private var messages = 0
    private var end: UInt64 = 0

    /// - Parameter lengths: of the tasks, in nanoseconds, in the order in which they are queued.
    init(hosts: Int, workersPerHost: Int, lengths: [UInt64], _ choice: Choice, costs: Costs = Costs()) {
        self.lengths = lengths
        self.choice = choice
        self.costs = costs
        self.workersPerHost = workersPerHost
        self.hosts = [Host](repeating: Host(), count: hosts)
        hostScheduler = HostScheduler(hosts: hosts, workersPerHost: workersPerHost)
        workersFree = [UInt64](repeating: 0, count: hosts * workersPerHost)
        switch choice {
        case .byMaster: for worker in workersFree.indices { workers.workerJoined(WorkerID(worker)) }
        case .byHostMaster:
            for host in self.hosts.indices {
                for worker in 0..<workersPerHost { self.hosts[host].scheduler.workerJoined(WorkerID(worker)) }
            }
        }
    }

    /// - Returns: The outcome, whose frames are the messages of the master.
    mutating func run() -> Scale.Outcome {
        workers.queueChanged(to: lengths.count, executor: 1)
        hostScheduler.queue(lengths.count)
        send(toHosts: hosts.indices)
        while let (time, event) = events.popFirst() {
            switch event {
            case .batch(let pieces, let host): take(pieces, on: host, at: time)
            case .finish(let done, let host): finish(done, on: host, at: time)
            case .pauseEnds(let host):
                hosts[host].isPausing = false
                report(host, at: time)
            case .results(let done, let host): takeResults(done, of: host, at: time)
            }
        }
        let share = lengths.reduce(0, +) / UInt64(workersFree.count)
        return Scale.Outcome(
            tasks: lengths.count,
            frames: messages,
            makespan: end,
            best: max(share, lengths.max() ?? 0),
            masterTime: masterTime
        )
    }
}

// MARK: - The master

extension HostScale {
    private mutating func work(tasks: Int, frames: Int, from start: UInt64) {
        let packed = choice == .byMaster ? UInt64(frames) * costs.packedFrame : 0
        let time = (costs.message + packed + UInt64(tasks) * costs.task) / 2
        masterFree = max(masterFree, start) + time
        masterTime += time
    }

    private mutating func takeResults(_ results: [Done], of host: Int, at time: UInt64) {
        let tasks = results.reduce(0) { $0 + $1.tasks }
        work(tasks: tasks, frames: results.count, from: time)
        end = max(end, masterFree)
        switch choice {
        case .byMaster:
            for done in results { Self.note(done, of: host * workersPerHost + done.worker, in: &workers) }
        case .byHostMaster:
            hostScheduler.answered(host, tasks: tasks, nanoseconds: results.reduce(0) { $0 + $1.duration })
        }
        send(toHosts: host..<host + 1)
    }

    private static func note(_ done: Done, of worker: Int, in scheduler: inout Scheduler) {
        scheduler.answered(
            worker: WorkerID(worker),
            tasks: done.tasks,
            callable: 0,
            nanoseconds: done.duration,
            finishedFrame: done.expected
        )
    }

    /// Sends what can be sent.
    ///
    /// - Parameter hungry: The hosts that may have room for tasks.
    private mutating func send(toHosts hungry: Range<Int>) {
        switch choice {
        case .byMaster:
            var batches: [Int: [Piece]] = [:]
            while let piece = Self.nextPiece(&workers, left: lengths.count - next, first: next) {
                next = piece.tasks.upperBound
                batches[(piece.worker ?? 0) / workersPerHost, default: []].append(piece)
            }
            for (host, pieces) in batches.sorted(by: { $0.key < $1.key }) { send(pieces, to: host) }
        case .byHostMaster:
            for host in hungry {
                let count = hostScheduler.take(for: host)
                guard count > 0 else { continue }
                next += count
                send([Piece(tasks: next - count..<next)], to: host)
            }
        }
    }

    private mutating func send(_ pieces: [Piece], to host: Int) {
        work(tasks: pieces.reduce(0) { $0 + $1.tasks.count }, frames: pieces.count, from: 0)
        messages += 1
        events.insert(.batch(pieces, host: host), at: masterFree + costs.latency)
    }

    /// Returns the next tasks for a worker; nil if there is no worker or no task.
    ///
    /// - Parameters:
    ///   - left: The number of tasks that can be taken without a gap.
    ///   - first: The first of them.
    private static func nextPiece(_ scheduler: inout Scheduler, left: Int, first: Int) -> Piece? {
        while let batch = scheduler.nextBatch() {
            let time = min(scheduler.estimates[0], 1_000_000_000)
            let count = min(batch.maximumTasks, max(1, Int(batch.budget / time)), left)
            let expected = UInt64(count) * time
            scheduler.carriedOut(batch, taken: count, sent: count, expected: expected)
            let worker = batch.worker.number
            if count > 0 { return Piece(tasks: first..<first + count, worker: worker, expected: expected) }
        }
        return nil
    }
}

// MARK: - A host master

extension HostScale {
    private mutating func take(_ pieces: [Piece], on host: Int, at time: UInt64) {
        hosts[host].free = max(hosts[host].free, time) + costs.message / 2
        for piece in pieces {
            if piece.worker == nil { hosts[host].queue.append(piece.tasks) } else { begin(piece, on: host) }
        }
        handOn(host)
    }

    /// Gives waiting tasks to the workers of a host.
    private mutating func handOn(_ host: Int) {
        guard choice == .byHostMaster else { return }
        hosts[host].scheduler.queueChanged(to: hosts[host].queue.count, executor: 1)
        while true {
            let tasks = hosts[host].queue.first
            guard
                let piece = Self.nextPiece(&hosts[host].scheduler, left: tasks.count, first: tasks.lowerBound)
            else { return }
            hosts[host].queue.remove(piece.tasks.count)
            begin(piece, on: host)
        }
    }

    private mutating func begin(_ piece: Piece, on host: Int) {
        hosts[host].free += costs.localFrame / 2
        let worker = (piece.worker ?? 0) % workersPerHost
        let place = host * workersPerHost + worker
        let duration = lengths[piece.tasks].reduce(0, +)
        workersFree[place] = max(workersFree[place], hosts[host].free + costs.localLatency) + duration
        let done = Done(tasks: piece.tasks.count, worker: worker, duration: duration, expected: piece.expected)
        events.insert(.finish(done, host: host), at: workersFree[place] + costs.localLatency)
    }

    private mutating func finish(_ done: Done, on host: Int, at time: UInt64) {
        hosts[host].free = max(hosts[host].free, time) + costs.localFrame / 2
        hosts[host].done.append(done)
        if choice == .byHostMaster {
            Self.note(done, of: done.worker, in: &hosts[host].scheduler)
            handOn(host)
        }
        report(host, at: hosts[host].free)
    }

    /// Sends results at once, or at the end of the pause if this host has just sent others.
    private mutating func report(_ host: Int, at time: UInt64) {
        guard !hosts[host].done.isEmpty, !hosts[host].isPausing else { return }
        guard time >= hosts[host].pauseEnd else {
            hosts[host].isPausing = true
            return events.insert(.pauseEnds(host: host), at: hosts[host].pauseEnd)
        }
        hosts[host].free = max(hosts[host].free, time) + costs.message / 2
        hosts[host].pauseEnd = hosts[host].free + UInt64(hosts.count) * costs.pausePerHost
        events.insert(.results(hosts[host].done, host: host), at: hosts[host].free + costs.latency)
        hosts[host].done = []
    }

    /// A queue of tasks whose numbers have gaps.
    private struct Pieces {
        private var ranges: [Range<Int>] = []
        private var index = 0
        private(set) var count = 0

        /// The first tasks without a gap; empty if there are none.
        var first: Range<Int> { index < ranges.count ? ranges[index] : 0..<0 }

        mutating func append(_ tasks: Range<Int>) {
            ranges.append(tasks)
            count += tasks.count
        }

        /// Removes some of the first tasks.
        mutating func remove(_ number: Int) {
            count -= number
            ranges[index] = ranges[index].dropFirst(number)
            if ranges[index].isEmpty { index += 1 }
            guard index == ranges.count else { return }
            ranges.removeAll(keepingCapacity: true)
            index = 0
        }
    }
}
