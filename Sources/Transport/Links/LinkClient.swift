internal import Glibc
internal import Linux
internal import Waiting

/// A worker's end of its link to the master, and the thread that receives on it.
package final class LinkClient: Sendable {
    package let link: PeerLink
    private let invitation: LinkInvitation
    private let stop: WakeUp
    private let whenMasterIsLost: @Sendable (WorkerOutage.Cause) -> Void
    private let thread = Locked<Thread?>(nil)

    /// Begins to connect. Returns nil if the system has no thread or no descriptors for it.
    ///
    /// - Parameters:
    ///   - timeout: How long connecting may take. Without a link the worker polls.
    ///   - whenMasterIsLost: Called by the link's thread if the link has a heartbeat and the master is silent, or ends
    ///     without a farewell.
    ///   - ring: Wakes the worker.
    package init?(
        _ invitation: LinkInvitation,
        timeout: Duration = .seconds(20),
        whenMasterIsLost: @escaping @Sendable (WorkerOutage.Cause) -> Void = { _ in },
        ring: @escaping @Sendable () -> Void
    ) {
        guard let stop = WakeUp() else { return nil }
        self.invitation = invitation
        self.stop = stop
        self.whenMasterIsLost = whenMasterIsLost
        link = PeerLink(ring: ring)
        let deadline = Instant.after(timeout)
        guard let thread = try? Thread(name: "mpif-link", { [self] in run(connectingUntil: deadline) }) else {
            return nil
        }
        self.thread.withLock { $0 = thread }
    }

    /// Ends the link. Idempotent.
    package func end() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        stop()
        thread.join()
    }

    private func run(connectingUntil deadline: Instant) {
        guard let (descriptor, received) = connect(until: deadline) else { return }
        var stream = received
        link.connect(descriptor)
        if StreamSocket.send(invitation.token.bytes, on: descriptor) {
            let end = receiveAll(descriptor, &stream)
            link.disconnect()
            close(descriptor)
            if let end, invitation.heartbeat != nil, !link.hasFarewell { whenMasterIsLost(end) }
        } else {
            link.disconnect()
            close(descriptor)
        }
    }

    /// Receives until the link ends. Returns why it has ended; nil if this end has ended it.
    private func receiveAll(_ descriptor: CInt, _ stream: inout LinkStream) -> WorkerOutage.Cause? {
        let master = 0
        var ledger = invitation.heartbeat.map { SilenceLedger($0.ofWorker, now: Instant.now.nanoseconds) }
        ledger?.noteHeard(master)
        while true {
            guard (try? link.takeMessages(&stream)) != nil else { return .connectionEnded }
            var polled = [stop.descriptor, descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polled, nfds_t(polled.count), PollTimeout.until(ledger.map { Instant(nanoseconds: $0.nextBeat) }))
            guard polled[0].revents == 0 else {
                link.sayFarewell()
                return nil
            }
            if polled[1].revents != 0 {
                guard let bytes = StreamSocket.receive(from: descriptor) else { return .connectionEnded }
                stream.append(bytes)
                ledger?.noteHeard(master)
            }
            if let lost = ledger?.endPeriod(now: Instant.now.nanoseconds) {
                link.beat()
                if !lost.isEmpty, let ledger { return .silence(seconds: ledger.heartbeat.seconds) }
            }
        }
    }
}

// MARK: - Connecting

extension LinkClient {
    /// A connection to an address that may lead to the master or to somebody else.
    private struct Attempt {
        let descriptor: CInt
        var isConnected = false
        var stream = LinkStream()
    }

    /// Connects to all addresses at once, and keeps the first connection on which the master greets.
    ///
    /// - Returns: The connection, and what has come behind the greeting.
    private func connect(until deadline: Instant) -> (CInt, LinkStream)? {
        var attempts = invitation.addresses.compactMap { address in
            StreamSocket.connect(address, port: invitation.port).map { Attempt(descriptor: $0) }
        }
        defer { for attempt in attempts { close(attempt.descriptor) } }
        while !attempts.isEmpty {
            let left = deadline.nanoseconds(since: .now)
            guard left > 0 else { return nil }
            var polled = [pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)]
            polled += attempts.map { attempt in
                pollfd(fd: attempt.descriptor, events: Int16(attempt.isConnected ? POLLIN : POLLOUT), revents: 0)
            }
            poll(&polled, nfds_t(polled.count), PollTimeout.until(deadline))
            guard polled[0].revents == 0 else { return nil }
            for index in attempts.indices.reversed() where polled[index + 1].revents != 0 {
                switch advance(&attempts[index]) {
                case .greeted: return { ($0.descriptor, $0.stream) }(attempts.remove(at: index))
                case .ended: close(attempts.remove(at: index).descriptor)
                case .going: break
                }
            }
        }
        return nil
    }

    private enum Progress { case going, greeted, ended }

    private func advance(_ attempt: inout Attempt) -> Progress {
        guard attempt.isConnected else {
            attempt.isConnected = StreamSocket.isConnected(attempt.descriptor)
            return attempt.isConnected ? .going : .ended
        }
        guard let bytes = StreamSocket.receive(from: attempt.descriptor) else { return .ended }
        attempt.stream.append(bytes)
        guard let greeting = attempt.stream.take(LinkSecret.byteCount) else { return .going }
        return greeting == invitation.greeting.bytes ? .greeted : .ended
    }
}
