internal import Glibc
package import Identities
package import Linux
internal import Waiting

/// A master's ends of its links to workers with which it shares no memory, and the thread that receives on them.
package final class LinkServer: Sendable {
    /// The links, by the numbers of their workers; nil for workers that have none.
    private let links: [PeerLink?]
    /// The tokens by which the workers with links are known.
    private let tokens: [Int: LinkSecret]
    private let greeting = LinkSecret.random()
    private let port: UInt16
    private let stop: WakeUp
    private let heartbeat: Heartbeat?
    private let whenLost: @Sendable ([WorkerOutage]) -> Void
    private let thread = Locked<Thread?>(nil)

    /// The most connections that have not proved which worker they come from.
    private static let mostStrangers = 64

    /// Begins to listen. Returns nil if the system has no thread or no descriptors for it.
    ///
    /// - Parameters:
    ///   - workers: The workers that will be invited. If the limit of descriptors is low, the first of them.
    ///   - workerCount: The number of all workers.
    ///   - timeout: How long the master listens. Workers that have not connected by then poll.
    ///   - heartbeat: How master and workers notice that the other side is silent; nil if they do not.
    ///   - whenLost: Called by the links' thread, if there is a heartbeat, for workers that are silent, or whose links
    ///     have ended without a farewell. The links are down by then.
    ///   - ring: Wakes the master.
    package init?(
        workers: [WorkerID],
        of workerCount: Int,
        timeout: Duration = .seconds(30),
        heartbeat: Heartbeat? = nil,
        whenLost: @escaping @Sendable ([WorkerOutage]) -> Void = { _ in },
        ring: @escaping @Sendable () -> Void
    ) {
        let numbers = workers.prefix(Self.mostLinks).map(\.number)
        let backlog = max(numbers.count, Self.mostStrangers)
        guard !numbers.isEmpty, let stop = WakeUp(), let listener = StreamSocket.listen(backlog: backlog) else {
            return nil
        }
        self.stop = stop
        self.heartbeat = heartbeat
        self.whenLost = whenLost
        port = listener.port
        var links = [PeerLink?](repeating: nil, count: workerCount)
        for number in numbers { links[number] = PeerLink(ring: ring) }
        self.links = links
        tokens = Dictionary(uniqueKeysWithValues: numbers.map { ($0, .random()) })
        let descriptor = listener.descriptor
        let deadline = Instant.after(timeout)
        guard let thread = try? Thread(name: "mpif-links", { [self] in run(listener: descriptor, deadline) }) else {
            close(descriptor)
            return nil
        }
        self.thread.withLock { $0 = thread }
    }

    /// The program needs descriptors, too.
    private static var mostLinks: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
        return Int(min(limit.rlim_cur / 2, 1 << 20))
    }

    /// Returns the link of a worker; nil if the worker has none.
    package subscript(worker: WorkerID) -> PeerLink? { links[worker.number] }

    /// Returns what a worker needs to make its link; nil if the worker gets none.
    package func invitation(for worker: WorkerID, _ addresses: [HostAddress]) -> LinkInvitation? {
        tokens[worker.number].map { token in
            LinkInvitation(addresses: addresses, port: port, greeting: greeting, token: token, heartbeat: heartbeat)
        }
    }

    /// Ends all links. Idempotent.
    package func end() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        stop()
        thread.join()
    }
}

// MARK: - The thread

extension LinkServer {
    private struct Connection {
        let descriptor: CInt
        /// The worker's link; nil until the connection has proved which worker it comes from.
        var link: PeerLink?
        /// The worker's number, if there is a link.
        var worker: Int?
        var stream = LinkStream()

        /// The worker, if it had a link and has said no farewell.
        var lostWorker: WorkerID? {
            guard let link, !link.hasFarewell else { return nil }
            return worker.map { WorkerID($0) }
        }
    }

    private func run(listener: CInt, _ deadline: Instant) {
        var listener: CInt? = listener
        var missing = Dictionary(uniqueKeysWithValues: tokens.map { ($0.value, $0.key) })
        var connections: [Connection] = []
        var ledger = heartbeat.map { SilenceLedger($0, now: Instant.now.nanoseconds) }
        var ends = LinkEnds()
        while true {
            let strangers = connections.count { $0.link == nil }
            var wakeUp = ledger.map { Instant(nanoseconds: $0.nextBeat) }
            if let due = ends.due { wakeUp = min(wakeUp ?? due, due) }
            if listener != nil {
                wakeUp = min(wakeUp ?? deadline, deadline)
                if missing.isEmpty || Instant.now >= deadline {
                    if let listener { close(listener) }
                    listener = nil
                    drop(&connections) { $0.link == nil }
                    continue
                }
            }
            var polled = [stop.descriptor, strangers < Self.mostStrangers ? listener ?? -1 : -1]
                .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            polled += connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            poll(&polled, nfds_t(polled.count), PollTimeout.until(wakeUp))
            guard polled[0].revents == 0 else { break }
            var isOver = [Bool](repeating: false, count: connections.count)
            for index in connections.indices where polled[index + 2].revents != 0 {
                isOver[index] = !advance(&connections[index], &missing)
                if let worker = connections[index].worker { ledger?.noteHeard(worker) }
            }
            for index in isOver.indices.reversed() where isOver[index] {
                let connection = connections.remove(at: index)
                if let worker = connection.worker { ledger?.forget(worker) }
                end(connection)
                if let worker = connection.lostWorker { ends.add(worker) }
            }
            let ended = ends.takeDue()
            if heartbeat != nil, !ended.isEmpty { whenLost(ended.map { WorkerOutage($0, .connectionEnded) }) }
            if let heartbeat, let silent = ledger?.endPeriod(now: Instant.now.nanoseconds) {
                drop(&connections) { $0.worker.map(silent.contains) ?? false }
                for connection in connections { connection.link?.beat() }
                let cause = WorkerOutage.Cause.silence(seconds: heartbeat.seconds)
                if !silent.isEmpty { whenLost(silent.map { WorkerOutage(WorkerID($0), cause) }) }
            }
            if polled[1].revents != 0, let descriptor = listener, !welcome(descriptor, &connections) {
                close(descriptor)
                listener = nil
            }
        }
        if let listener { close(listener) }
        for connection in connections { connection.link?.sayFarewell() }
        drop(&connections) { _ in true }
    }

    /// Takes a connection and greets. Returns false if no more connections can be taken.
    private func welcome(_ listener: CInt, _ connections: inout [Connection]) -> Bool {
        guard let descriptor = StreamSocket.accept(listener) else {
            return ![EMFILE, ENFILE, ENOMEM, ENOBUFS, EINVAL].contains(errno)
        }
        let connection = Connection(descriptor: descriptor)
        guard StreamSocket.send(greeting.bytes, on: descriptor) else {
            end(connection)
            return true
        }
        connections.append(connection)
        return true
    }

    /// Takes what has arrived. Returns false if the connection is of no use any more.
    private func advance(_ connection: inout Connection, _ missing: inout [LinkSecret: Int]) -> Bool {
        guard let bytes = StreamSocket.receive(from: connection.descriptor) else { return false }
        connection.stream.append(bytes)
        if connection.link == nil {
            guard let token = connection.stream.take(LinkSecret.byteCount) else { return true }
            // Each token serves once.
            guard let worker = missing.removeValue(forKey: LinkSecret(bytes: token)) else { return false }
            connection.link = links[worker]
            connection.worker = worker
            connection.link?.connect(connection.descriptor)
        }
        return (try? connection.link?.takeMessages(&connection.stream)) != nil
    }

    private func end(_ connection: Connection) {
        connection.link?.disconnect()
        close(connection.descriptor)
    }

    private func drop(_ connections: inout [Connection], where isOver: (Connection) -> Bool) {
        for connection in connections where isOver(connection) { end(connection) }
        connections.removeAll(where: isOver)
    }
}

extension LinkServer {
    /// Tells the given workers that the master is about to sleep. Returns whether all of them ring from now on.
    package func announceSleep(to workers: [WorkerID]) -> Bool {
        // Where one worker must be looked for, the others need not ring.
        guard workers.allSatisfy({ links[$0.number]?.isUp ?? false }) else { return false }
        return workers.allSatisfy { links[$0.number]?.announceSleep() ?? false }
    }
}

/// Links that have ended without a farewell. They are reported after a moment, those of one host together.
private struct LinkEnds {
    /// In nanoseconds.
    private static let moment: UInt64 = 200_000_000

    private var workers: [WorkerID] = []
    /// When they are to be reported; nil if there are none.
    private(set) var due: Instant?

    mutating func add(_ worker: WorkerID) {
        workers.append(worker)
        if due == nil { due = Instant.now.advanced(byNanoseconds: Self.moment) }
    }

    /// Takes the workers if it is time to report them.
    mutating func takeDue() -> [WorkerID] {
        guard let due, due <= .now else { return [] }
        self.due = nil
        defer { workers = [] }
        return workers.sorted { $0.number < $1.number }
    }
}
