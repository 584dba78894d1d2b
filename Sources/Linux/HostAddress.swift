internal import Glibc

/// An address of a host in the internet protocol, of version 4 or 6.
package struct HostAddress: Hashable, Sendable {
    /// The address of version 6 in network order. An address of version 4 is mapped: it has `::ffff:` before it.
    package let bytes: [UInt8]
    package static let byteCount = 16
    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

    /// Makes an address of `byteCount` bytes; nil if there are not as many.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The loopback address of version 4.
    package static var loopback: HostAddress { HostAddress(version4: INADDR_LOOPBACK.bigEndian) }

    /// The address of a socket that listens at all addresses.
    static func any(version6: Bool) -> HostAddress {
        version6 ? HostAddress([UInt8](repeating: 0, count: byteCount)) : HostAddress(version4: INADDR_ANY)
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private init(version4: in_addr_t) { bytes = Self.mapped + withUnsafeBytes(of: version4) { Array($0) } }

    var isVersion4: Bool { bytes.starts(with: Self.mapped) }

    /// The addresses at which other hosts may reach this one, without those of interfaces that are down and those that
    /// hold on one network only.
    ///
    /// The corresponding system function is `getifaddrs`.
    package static var ofThisHost: [HostAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [HostAddress] = []
        var next = list
        while let interface = next?.pointee {
            next = interface.ifa_next
            let flags = interface.ifa_flags
            let place: UnsafeMutablePointer<sockaddr>? = interface.ifa_addr
            guard flags & UInt32(IFF_UP) != 0, flags & UInt32(IFF_LOOPBACK) == 0,
                let address = place.flatMap({ Self(reading: $0) }), !address.isLinkLocal,
                !addresses.contains(address)
            else { continue }
            addresses.append(address)
        }
        return addresses
    }

    /// Returns the addresses of a host by its name.
    ///
    /// The corresponding system function is `getaddrinfo`, which may take as long as a name server takes.
    package static func of(_ name: String) -> [HostAddress] {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0, let first = list else { return [] }
        defer { freeaddrinfo(first) }
        return sequence(first: first, next: { $0.pointee.ai_next }).compactMap { entry in
            entry.pointee.ai_addr.flatMap { Self(reading: $0) }
        }
    }

    private init?(reading address: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(address)
        switch CInt(address.pointee.sa_family) {
        case AF_INET: self.init(version4: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr)
        case AF_INET6:
            let address = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(withUnsafeBytes(of: address) { Array($0) })
        default: return nil
        }
    }

    /// Such an address names its host only together with an interface.
    private var isLinkLocal: Bool { bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 }

    /// Calls `body` with this address and a port.
    func withSocketAddress<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        func call<Address>(_ address: Address) -> Result {
            withUnsafePointer(to: address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
        if isVersion4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = bytes[12...].withUnsafeBytes { $0.loadUnaligned(as: in_addr_t.self) }
            return call(address)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
        return call(address)
    }
}
