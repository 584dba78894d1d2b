import Glibc
import MPIBinding

/// Bytes that differ from sender to sender and from tag to tag, in a period that is no power of two.
struct Pattern {
    private let tile: [UInt8]

    init(source: Int, tag: Int) {
        tile = (0..<4099).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256 &+ source &* 7 &+ tag &* 13) }
    }

    func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.reserveCapacity(count)
        while bytes.count < count { bytes.append(contentsOf: tile.prefix(count - bytes.count)) }
        return bytes
    }

    func matches(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            tile.withUnsafeBytes { tile in
                for start in stride(from: 0, to: bytes.count, by: tile.count) {
                    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + tile.count, bytes.count)])
                    guard let (left, right) = both(part.baseAddress, tile.baseAddress) else { return false }
                    guard memcmp(left, right, part.count) == 0 else { return false }
                }
                return true
            }
        }
    }

    private func both<T>(_ left: T?, _ right: T?) -> (T, T)? {
        guard let left, let right else { return nil }
        return (left, right)
    }
}

/// Waits for a message and receives it.
func receive(from communicator: Communicator, source: Int?, tag: Int?) throws -> [UInt8] {
    while true {
        if let message = try communicator.improbe(source: source, tag: tag) {
            let count = message.byteCount
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                let status = try message.receiveNow(into: UnsafeMutableRawBufferPointer(buffer))
                require(status.byteCount == count, "\(status.byteCount) bytes came of \(count)")
                initialized = status.byteCount
            }
        }
        sched_yield()
    }
}

/// A message of each size from every rank to the next one, with the size's place as the tag.
func messages(_ arguments: [String]) throws {
    let sizes = arguments.compactMap { Int($0) }
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    let previous = (rank + size - 1) % size
    for (tag, count) in sizes.enumerated() {
        let sent = Pattern(source: rank, tag: tag).bytes(count)
        try sent.withUnsafeBytes { sent in
            var request = try world.isend(sent, to: (rank + 1) % size, tag: tag)
            var found: MatchedMessage?
            while found == nil {
                found = try world.improbe()
                sched_yield()
            }
            guard let message = found else { fail("a message that was found is gone") }
            let (source, messageTag, byteCount) = (message.source, message.tag, message.byteCount)
            var buffer = [UInt8](repeating: 0, count: byteCount)
            try buffer.withUnsafeMutableBytes { buffer in
                var receipt = try message.receive(into: buffer)
                var status: Status?
                while status == nil {
                    status = try receipt.test()
                    _ = try request.test()
                    sched_yield()
                }
                require(
                    status?.source == source && status?.tag == messageTag && status?.byteCount == byteCount,
                    "the probe and the receive agree"
                )
            }
            try request.wait()
            require(source == previous && messageTag == tag, "source \(source), tag \(messageTag)")
            let state = Pattern(source: previous, tag: tag).matches(buffer) ? "intact" : "damaged"
            report("\(byteCount) bytes from \(source), tag \(messageTag), \(state)")
        }
        try world.barrier()
    }
}

/// Probes that choose by source and tag, and messages that keep their order.
func order() throws {
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    require(try world.improbe() == nil, "nothing has been sent")
    try world.barrier()

    // Odd tags, even tags, to everybody; read in the other order.
    var values = [[Int64]]()
    for number in 0..<100 { values.append([Int64(rank), Int64(number)]) }
    var requests = [Request]()
    for value in values {
        for destination in 0..<size {
            let request = try value.withUnsafeBytes { bytes in
                // The array lives in `values` until the end of this function, in one place.
                try world.isend(bytes, to: destination, tag: Int(value[1] % 2))
            }
            requests.append(request)
        }
    }
    for source in (0..<size).reversed() {
        for tag in [1, 0] {
            for number in stride(from: tag, to: 100, by: 2) {
                let bytes = try receive(from: world, source: source, tag: tag)
                let value = bytes.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
                require(value == [Int64(source), Int64(number)], "\(value) is number \(number) of \(source)")
            }
        }
    }
    for index in requests.indices { try requests[index].wait() }
    withExtendedLifetime(values) {}
    require(try world.improbe() == nil, "all has been received")
    report("\(100 * size) messages in order")
}

/// Many requests under way at once, one of which fails.
func many() throws {
    let world = Communicator.world
    let (rank, size) = (try world.rank, try world.size)
    let count = 100
    let payload = Pattern(source: rank, tag: 0).bytes(200_000)
    let incoming = UnsafeMutableRawBufferPointer.allocate(byteCount: count * payload.count, alignment: 16)
    defer { incoming.deallocate() }
    try payload.withUnsafeBytes { payload in
        var requests = [Request]()
        for tag in 0..<count { requests.append(try world.isend(payload, to: (rank + 1) % size, tag: tag)) }
        for tag in 0..<count {
            var found: MatchedMessage?
            while found == nil { found = try world.improbe(tag: tag) }
            guard let message = found else { fail("a message that was found is gone") }
            // One buffer is a byte short.
            let room = tag == 41 ? payload.count - 1 : payload.count
            let place = UnsafeMutableRawBufferPointer(rebasing: incoming[(tag * payload.count)...].prefix(room))
            requests.append(try message.receive(into: place))
        }

        var outcomes = [Int: Int]()
        var failures = [String]()
        while outcomes.count < requests.count {
            for index in requests.indices where !requests[index].isComplete {
                do throws(MPIError) {
                    guard try requests[index].test() != nil else { continue }
                } catch {
                    failures.append("request \(index - count): \(error.errorClassName ?? "no class")")
                }
                outcomes[index, default: 0] += 1
            }
            sched_yield()
        }
        require(outcomes.values.allSatisfy { $0 == 1 }, "each request ends once")
        require(requests.allSatisfy { $0.isComplete }, "each request is complete")
        let expected = Pattern(source: (rank + size - 1) % size, tag: 0)
        for tag in 0..<count where tag != 41 {
            require(expected.matches(Array(incoming[(tag * payload.count)...].prefix(payload.count))), "message \(tag)")
        }
        report("\(outcomes.count) requests, failed: \(failures)")
    }
}
