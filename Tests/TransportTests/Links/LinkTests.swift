import Glibc
import Identities
import Linux
import Support
import Testing
import Transport
import Waiting

/// Links over the loopback interface, with both ends in this process.
@Suite("A link", .hangGuarded)
struct LinkTests {
    /// One end, with what has rung there.
    private final class Bell: Sendable {
        private let parker = Parker()
        var ring: @Sendable () -> Void { { [parker] in parker.unpark() } }

        func wait() -> Bool { parker.park(until: .after(hangTime)) }
    }

    /// A master and one worker.
    private struct Pair {
        let master = Bell()
        let worker = Bell()
        let server: LinkServer
        let client: LinkClient

        init(_ change: (LinkInvitation) -> LinkInvitation = { $0 }) throws {
            server = try #require(LinkServer(workers: [WorkerID(1)], of: 3, timeout: hangTime, ring: master.ring))
            let invitation = try #require(server.invitation(for: WorkerID(1), [.loopback]))
            client = try #require(LinkClient(change(invitation), timeout: hangTime, ring: worker.ring))
        }

        var link: PeerLink { get throws { try #require(server[WorkerID(1)]) } }

        func end() {
            client.end()
            server.end()
        }
    }

    private func waitUntil(_ condition: () throws -> Bool) rethrows {
        while try !condition() { usleep(1000) }
    }

    @Test("A frame wakes a peer that has announced its sleep, in both directions")
    func rings() throws {
        let pair = try Pair()
        defer { pair.end() }
        try waitUntil { try pair.link.isUp && pair.client.link.isUp }
        for _ in 0..<100 {
            #expect(pair.client.link.announceSleep())
            try pair.link.noteSent()
            #expect(pair.worker.wait(), "no ring came to the worker")
            pair.client.link.noteReceived()
            #expect(pair.server.announceSleep(to: [WorkerID(1)]))
            pair.client.link.noteSent()
            #expect(pair.master.wait(), "no ring came to the master")
            try pair.link.noteReceived()
        }
    }

    @Test("A worker that was not invited has no link, and no sleep can be announced to it")
    func uninvited() throws {
        let pair = try Pair()
        defer { pair.end() }
        try waitUntil { try pair.link.isUp }
        #expect(pair.server[WorkerID(0)] == nil)
        #expect(pair.server.invitation(for: WorkerID(0), [.loopback]) == nil)
        #expect(!pair.server.announceSleep(to: [WorkerID(0), WorkerID(1)]))
    }

    @Test("A link that ends wakes its other end, which can announce no sleep any more", arguments: [true, false])
    func end(byMaster: Bool) throws {
        let pair = try Pair()
        defer { pair.end() }
        try waitUntil { try pair.link.isUp && pair.client.link.isUp }
        if byMaster { pair.server.end() } else { pair.client.end() }
        #expect((byMaster ? pair.worker : pair.master).wait())
        #expect(try !(byMaster ? pair.client.link : pair.link).announceSleep())
    }

    @Test("A master lets nobody in who does not know a token")
    func wrongToken() throws {
        let pair = try Pair {
            LinkInvitation(addresses: $0.addresses, port: $0.port, greeting: $0.greeting, token: .random())
        }
        defer { pair.end() }
        // The worker sees the end of the connection that it had.
        #expect(pair.worker.wait())
        #expect(try !pair.link.isUp)
        #expect(!pair.client.link.isUp)
    }

    private static func invitation(to port: UInt16, heartbeat: Heartbeat? = nil) -> LinkInvitation {
        LinkInvitation(
            addresses: [.loopback],
            port: port,
            greeting: .random(),
            token: .random(),
            heartbeat: heartbeat
        )
    }

    /// Waits for a connection.
    private func accept(from listener: CInt) throws -> CInt {
        var connection: CInt?
        waitUntil {
            connection = StreamSocket.accept(listener)
            return connection != nil
        }
        return try #require(connection)
    }

    @Test("A worker tells its token to nobody who greets otherwise than its master")
    func wrongGreeting() throws {
        let listener = try #require(StreamSocket.listen(backlog: 1))
        defer { close(listener.descriptor) }
        let invitation = Self.invitation(to: listener.port)
        let client = try #require(LinkClient(invitation, timeout: hangTime) {})
        defer { client.end() }
        let descriptor = try accept(from: listener.descriptor)
        defer { close(descriptor) }
        #expect(StreamSocket.send(LinkSecret.random().bytes, on: descriptor))
        waitUntil { StreamSocket.receive(from: descriptor) == nil }
        #expect(!client.link.isUp)
    }

    @Test("A worker finds its master among addresses that lead to nobody, or to somebody else")
    func addresses() throws {
        let stranger = try #require(HostAddress(bytes: Array(HostAddress.loopback.bytes.dropLast()) + [2]))
        let nobody = try #require(HostAddress(bytes: [UInt8](repeating: 0, count: 15) + [2]))
        let pair = try Pair {
            LinkInvitation(
                addresses: [nobody, stranger, .loopback],
                port: $0.port,
                greeting: $0.greeting,
                token: $0.token
            )
        }
        defer { pair.end() }
        try waitUntil { try pair.link.isUp && pair.client.link.isUp }
    }

    @Test("Connections that say nothing keep no worker out")
    func strangers() throws {
        let bell = Bell()
        let server = try #require(LinkServer(workers: [WorkerID(0)], of: 1, timeout: hangTime, ring: bell.ring))
        defer { server.end() }
        let invitation = try #require(server.invitation(for: WorkerID(0), [.loopback]))
        let silent = (0..<20).compactMap { _ in StreamSocket.connect(.loopback, port: invitation.port) }
        defer { for descriptor in silent { close(descriptor) } }
        let client = try #require(LinkClient(invitation, timeout: hangTime) {})
        defer { client.end() }
        try waitUntil { try #require(server[WorkerID(0)]).isUp }
        // Nobody else is expected, so the others are sent away.
        for descriptor in silent { waitUntil { StreamSocket.receive(from: descriptor) == nil } }
        #expect(client.link.isUp)
    }

    /// A heartbeat that is soon over.
    private static let quick = Heartbeat(period: .milliseconds(20), patience: .milliseconds(200))
    /// A heartbeat that outlasts the hold-ups of a busy machine.
    private static let patient = Heartbeat(period: .milliseconds(20), patience: hangTime)

    /// The losses that one end reports.
    private final class Losses: Sendable {
        private let causes = Locked<[WorkerOutage.Cause]>([])
        private let parker = Parker()

        func add(_ new: [WorkerOutage.Cause]) {
            causes.withLock { $0 += new }
            parker.unpark()
        }

        var all: [WorkerOutage.Cause] { causes.withLock { $0 } }

        func wait() -> [WorkerOutage.Cause] {
            while all.isEmpty { guard parker.park(until: .after(hangTime)) else { break } }
            return all
        }
    }

    /// A worker that connects and says nothing more.
    private struct Stranger {
        let descriptor: CInt

        init(_ invitation: LinkInvitation) throws {
            descriptor = try #require(StreamSocket.connect(.loopback, port: invitation.port))
            var greeting: [UInt8] = []
            while greeting.count < LinkSecret.byteCount {
                greeting += try #require(StreamSocket.receive(from: descriptor))
                usleep(1000)
            }
            #expect(StreamSocket.send(invitation.token.bytes, on: descriptor))
        }
    }

    @Test(
        "A master reports a worker that is silent, and one whose connection ends without a farewell",
        arguments: [true, false]
    )
    func lostWorker(isSilent: Bool) throws {
        let losses = Losses()
        let made = LinkServer(
            workers: [WorkerID(1)],
            of: 2,
            timeout: hangTime,
            heartbeat: isSilent ? Self.quick : Self.patient,
            whenLost: { outages in losses.add(outages.map(\.cause)) },
            ring: {}
        )
        let server = try #require(made)
        defer { server.end() }
        let stranger = try Stranger(try #require(server.invitation(for: WorkerID(1), [.loopback])))
        if isSilent {
            #expect(losses.wait() == [.silence(seconds: 0.2)])
            close(stranger.descriptor)
        } else {
            close(stranger.descriptor)
            #expect(losses.wait() == [.connectionEnded])
        }
        #expect(try !#require(server[WorkerID(1)]).isUp)
    }

    @Test("Nobody reports the other side of a link that ends in good order", arguments: [true, false])
    func farewell(byMaster: Bool) throws {
        let losses = Losses()
        let made = LinkServer(
            workers: [WorkerID(0)],
            of: 1,
            timeout: hangTime,
            heartbeat: Self.patient,
            whenLost: { outages in losses.add(outages.map(\.cause)) },
            ring: {}
        )
        let server = try #require(made)
        let invitation = try #require(server.invitation(for: WorkerID(0), [.loopback]))
        let began = LinkClient(
            invitation,
            timeout: hangTime,
            whenMasterIsLost: { cause in losses.add([cause]) },
            ring: {}
        )
        let client = try #require(began)
        try waitUntil { try #require(server[WorkerID(0)]).isUp && client.link.isUp }
        // Beats keep the link alive meanwhile.
        usleep(500_000)
        let link = try #require(server[WorkerID(0)])
        #expect(link.isUp && client.link.isUp)
        if byMaster { server.end() } else { client.end() }
        waitUntil { byMaster ? !client.link.isUp : !link.isUp }
        #expect((byMaster ? client.link : link).hasFarewell)
        client.end()
        server.end()
        #expect(losses.all == [])
    }

    @Test("A worker reports a master whose connection ends without a farewell")
    func lostMaster() throws {
        let listener = try #require(StreamSocket.listen(backlog: 1))
        defer { close(listener.descriptor) }
        let invitation = Self.invitation(to: listener.port, heartbeat: Self.patient)
        let losses = Losses()
        let began = LinkClient(
            invitation,
            timeout: hangTime,
            whenMasterIsLost: { cause in losses.add([cause]) },
            ring: {}
        )
        let client = try #require(began)
        defer { client.end() }
        let descriptor = try accept(from: listener.descriptor)
        #expect(StreamSocket.send(invitation.greeting.bytes, on: descriptor))
        waitUntil { client.link.isUp }
        close(descriptor)
        #expect(losses.wait() == [.connectionEnded])
    }

    @Test("A link may end before its worker has connected")
    func early() throws {
        let server = try #require(LinkServer(workers: [WorkerID(0)], of: 1, timeout: hangTime) {})
        let invitation = try #require(server.invitation(for: WorkerID(0), [.loopback]))
        server.end()
        let client = try #require(LinkClient(invitation, timeout: hangTime) {})
        client.end()
        #expect(!client.link.isUp)
    }
}
