/// The numbers of a worker: among all workers of its pool, and among those of its host.
///
/// They belong to the worker, not to its process. A process that takes the place of another one has the same numbers.
package struct WorkerPlace: Hashable, Sendable {
    /// The worker's number, from 0, and the number of workers.
    package let number: Int
    package let count: Int
    /// The worker's number on its host, from 0, and the number of workers there.
    package let localNumber: Int
    package let localCount: Int
    /// The number of the worker's host, from 0, and the number of hosts that have workers.
    package let hostNumber: Int
    package let hostCount: Int

    package init(number: Int, count: Int, localNumber: Int, localCount: Int, hostNumber: Int, hostCount: Int) {
        self.number = number
        self.count = count
        self.localNumber = localNumber
        self.localCount = localCount
        self.hostNumber = hostNumber
        self.hostCount = hostCount
    }

    /// The place of a worker of a pool whose workers are all on one host.
    package init(_ worker: WorkerID, of count: Int) {
        self.init(
            number: worker.number,
            count: count,
            localNumber: worker.number,
            localCount: count,
            hostNumber: 0,
            hostCount: 1
        )
    }
}

extension WorkerPlace {
    /// Returns the places of workers, in the order of their numbers.
    ///
    /// Hosts are numbered in the order in which they first occur.
    ///
    /// - Parameter hosts: What identifies the host of each worker.
    package static func places<Host: Hashable>(hosts: [Host]) -> [WorkerPlace] {
        var hostNumbers: [Host: Int] = [:]
        var localCounts: [Int] = []
        let numbers = hosts.map { host in
            let number = hostNumbers[host] ?? localCounts.count
            if number == localCounts.count {
                hostNumbers[host] = number
                localCounts.append(0)
            }
            defer { localCounts[number] += 1 }
            return (host: number, local: localCounts[number])
        }
        return numbers.enumerated().map { worker, numbers in
            WorkerPlace(
                number: worker,
                count: hosts.count,
                localNumber: numbers.local,
                localCount: localCounts[numbers.host],
                hostNumber: numbers.host,
                hostCount: localCounts.count
            )
        }
    }
}

extension WorkerPlace {
    /// The numbers as text, which `init(text:)` parses.
    package var text: String { "\(number)/\(count)/\(localNumber)/\(localCount)/\(hostNumber)/\(hostCount)" }

    /// Parses `text`. Returns nil for any other text.
    package init?(text: some StringProtocol) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 6, case let known = numbers.compactMap(\.self), known.count == 6 else { return nil }
        self.init(
            number: known[0],
            count: known[1],
            localNumber: known[2],
            localCount: known[3],
            hostNumber: known[4],
            hostCount: known[5]
        )
    }
}
