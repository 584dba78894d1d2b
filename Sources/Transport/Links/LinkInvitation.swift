package import Linux
package import Wire

/// The data with which a worker makes its link to the master. It travels over MPI.
package struct LinkInvitation: Equatable, Sendable {
    /// Where the master may be reached. Only some of the addresses may lead to it, and some may lead to others.
    package let addresses: [HostAddress]
    package let port: UInt16
    /// The bytes that the master sends first. A worker sends its token only to one that knows them.
    package let greeting: LinkSecret
    /// The bytes by which the master knows the worker.
    package let token: LinkSecret
    /// How both ends notice that the other one is silent; nil if they do not.
    package let heartbeat: Heartbeat?

    package init(
        addresses: [HostAddress],
        port: UInt16,
        greeting: LinkSecret,
        token: LinkSecret,
        heartbeat: Heartbeat? = nil
    ) {
        self.addresses = addresses
        self.port = port
        self.greeting = greeting
        self.token = token
        self.heartbeat = heartbeat
    }

    /// The most addresses of a master that are tried.
    package static let mostAddresses = 16

    package func append(to frame: FrameBuffer) {
        frame.append(port)
        frame.append(heartbeat?.period ?? 0)
        frame.append(UInt32(clamping: heartbeat?.patience ?? 0))
        for bytes in [greeting.bytes, token.bytes] + addresses.prefix(Self.mostAddresses).map(\.bytes) {
            bytes.withUnsafeBytes { frame.append($0) }
        }
    }

    /// Reads an invitation, which takes up the rest of a frame.
    package init(_ reader: inout FrameReader) throws(WireError) {
        port = try reader.number()
        let (period, patience): (UInt64, UInt32) = (try reader.number(), try reader.number())
        heartbeat = period == 0 ? nil : Heartbeat(period: period, patience: Int(patience))
        greeting = LinkSecret(bytes: try Self.bytes(LinkSecret.byteCount, &reader))
        token = LinkSecret(bytes: try Self.bytes(LinkSecret.byteCount, &reader))
        var addresses: [HostAddress] = []
        while !reader.isAtEnd, addresses.count < Self.mostAddresses,
            let address = HostAddress(bytes: try Self.bytes(HostAddress.byteCount, &reader))
        {
            addresses.append(address)
        }
        self.addresses = addresses
    }

    private static func bytes(_ count: Int, _ reader: inout FrameReader) throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes.append(try reader.byte()) }
        return bytes
    }
}

/// Random bytes that only the processes of a job know.
package struct LinkSecret: Hashable, Sendable {
    package let bytes: [UInt8]
    package static let byteCount = 16

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package static func random() -> LinkSecret {
        var random = SystemRandomNumberGenerator()
        return LinkSecret(bytes: (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }
}
