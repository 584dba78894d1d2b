/// Decides how many tasks the master of each host gets, in a pool whose master knows hosts and not their workers.
///
/// This is the proposal of decision 58, for the simulation. Like `Scheduler` it has no clock: events go in.
///
/// - A host gets a task for each of its idle workers.
/// - It gets more while the queue is long, until its workers are busy for two windows. A window grows with the number
///   of hosts, so that the master has the time to feed all of them. A host is fed when half of that has been done.
/// - A batch never takes more than `queued / (2 x hosts)` tasks for workers that are not idle, so that the end of a map
///   stays balanced.
struct HostScheduler {
    /// The time that a window has for each host, in nanoseconds.
    static let windowPerHost = 10_000
    /// The shortest window, in nanoseconds.
    static let shortestWindow = 300_000

    private let workersPerHost: Int
    private let hostCount: Int
    private let window: Int
    /// For each host, the tasks that it has and has not answered.
    private var outstanding: [Int]
    /// The expected time of a task in nanoseconds; nil before the first result.
    private var length: Int?
    private(set) var queued = 0

    init(hosts: Int, workersPerHost: Int) {
        self.workersPerHost = workersPerHost
        hostCount = hosts
        window = max(Self.shortestWindow, hosts * Self.windowPerHost)
        outstanding = [Int](repeating: 0, count: hosts)
    }

    mutating func queue(_ count: Int) { queued += count }

    /// Takes tasks from the queue for a host, and returns how many.
    mutating func take(for host: Int) -> Int {
        let idle = max(0, workersPerHost - outstanding[host])
        let count = min(max(idle, ahead(host)), queued)
        queued -= count
        outstanding[host] += count
        return count
    }

    /// Returns how many tasks a host may get of which some wait there.
    private func ahead(_ host: Int) -> Int {
        guard let length, queued >= 2 * workersPerHost * hostCount else { return 0 }
        let waiting = 2 * window * workersPerHost / length
        let room = workersPerHost + waiting - outstanding[host]
        return 2 * room >= waiting ? min(room, queued / (2 * hostCount)) : 0
    }

    /// Takes note of results of a host.
    ///
    /// - Parameter nanoseconds: The time that its workers have spent on these tasks.
    mutating func answered(_ host: Int, tasks: Int, nanoseconds: UInt64) {
        outstanding[host] -= tasks
        let new = max(1, Int(nanoseconds) / tasks)
        // Like `TimeEstimates`: estimates grow faster than they shrink.
        guard let old = length else { return length = new }
        length = new > old ? old + (new - old) / 2 : old - (old - new) / 4
    }
}
