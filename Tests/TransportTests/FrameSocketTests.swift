import Glibc
import Linux
import Support
import Testing
import Transport
import Waiting
import Wire

@Suite("A socket for frames", .hangGuarded)
struct FrameSocketTests {
    private static let headerSize = 16
    private static let bufferSize = 1 << 16

    /// Around the size of the buffer, with and without a header, and far above.
    private static let sizes = [
        0, 1, headerSize, bufferSize - headerSize - 1, bufferSize - headerSize, bufferSize - headerSize + 1,
        bufferSize - 1, bufferSize, bufferSize + 1, 3 * bufferSize, 5_000_000,
    ]

    @Test("A socket for frames brings frames of every size whole, in their order, each with its worker's number")
    func sizes() throws {
        let (left, right) = try socketPair()
        let (sender, receiver) = (try SocketEnd(left), try SocketEnd(right))
        let all = Self.sizes + Self.sizes.reversed() + [Int](repeating: 1000, count: 300)
        for (number, size) in all.enumerated() {
            sender.socket.send(frame(pattern(size, number)), worker: UInt32(number))
        }
        for (number, size) in all.enumerated() {
            while sender.socket.isSending, !receiver.socket.hasArrival { sender.socket.flush() }
            let arrival = try #require(try receiver.next(), "closed before frame \(number)")
            #expect(arrival.worker == UInt32(number))
            #expect(arrival.bytes == pattern(size, number), "frame \(number) of \(size) bytes")
            sender.socket.flush()
        }
        #expect(!sender.socket.isSending)
        sender.socket.close()
        #expect(try receiver.next() == nil)
        receiver.socket.close()
    }

    @Test("A socket for frames brings frames that come in pieces of any size")
    func pieces() throws {
        let (left, right) = try socketPair()
        let receiver = try SocketEnd(right)
        var random = SeededGenerator()
        var bytes: [UInt8] = []
        let sizes = (0..<40).map { _ in Int.random(in: 0...9000, using: &random) } + [70_000, 10]
        for (number, size) in sizes.enumerated() {
            withUnsafeBytes(of: UInt64(size).littleEndian) { bytes += $0 }
            withUnsafeBytes(of: UInt32(number).littleEndian) { bytes += $0 }
            bytes += [0, 0, 0, 0] + pattern(size, number)
        }
        let all = bytes
        let writer = try Linux.Thread(name: "writer") {
            var rest = all[...]
            var random = SeededGenerator(seed: 5)
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...4000, using: &random)))
                let count = write(left, piece, piece.count)
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
        for (number, size) in sizes.enumerated() {
            let arrival = try #require(try receiver.next(), "seed \(random.seed), frame \(number)")
            #expect(arrival.worker == UInt32(number) && arrival.bytes == pattern(size, number), "seed \(random.seed)")
        }
        writer.join()
        close(left)
        try receiver.waitForEnd()
        receiver.socket.close()
    }

    @Test("A socket for frames sends what the other end takes, never waits for it, and sends the rest later")
    func slowReceiver() throws {
        let (left, right) = try socketPair()
        let sender = try SocketEnd(left)
        let frames = [pattern(4_000_000), pattern(7, 1), pattern(300_000, 2)]
        for (number, bytes) in frames.enumerated() { sender.socket.send(frame(bytes), worker: UInt32(number)) }
        #expect(sender.socket.isSending)
        sender.socket.flush()
        #expect(sender.socket.isSending)
        let total = frames.reduce(0) { $0 + Self.headerSize + $1.count }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 100_000)
        while received.count < total {
            let count = recv(right, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            if count > 0 { received += buffer[..<count] }
            sender.socket.flush()
            try #require(count != 0)
        }
        #expect(!sender.socket.isSending)
        var start = 0
        for (number, bytes) in frames.enumerated() {
            #expect(received[start + 8] == UInt8(number))
            #expect(Array(received[(start + Self.headerSize)..<(start + Self.headerSize + bytes.count)]) == bytes)
            start += Self.headerSize + bytes.count
        }
        close(right)
        sender.socket.close()
    }

    @Test("A socket for frames keeps nothing for an end that has closed")
    func closed() throws {
        let (left, right) = try socketPair()
        let sender = try SocketEnd(left)
        for _ in 0..<3 { sender.socket.send(frame(pattern(2_000_000)), worker: 0) }
        #expect(sender.socket.isSending)
        close(right)
        try sender.waitForEnd()
        #expect(sender.socket.hasArrival, "the end is news too")
        sender.socket.flush()
        #expect(!sender.socket.isSending)
        sender.socket.send(frame([1]), worker: 0)
        #expect(!sender.socket.isSending)
        sender.socket.close()
        sender.socket.close()
    }

    @Test("A socket for frames ends the connection with an end that breaks the rules, and keeps what came before")
    func rules() throws {
        let (left, right) = try socketPair()
        let receiver = try SocketEnd(right)
        var bytes: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 41, 42]
        withUnsafeBytes(of: UInt64(1) << 42 + 1) { bytes += $0 }
        bytes += [UInt8](repeating: 0, count: 8)
        #expect(write(left, bytes, bytes.count) == bytes.count)
        try receiver.waitForEnd()
        #expect(receiver.socket.take()?.worker == 9)
        #expect(receiver.socket.take() == nil)
        close(left)
        receiver.socket.close()
    }

    @Test("A socket for frames ends in the middle of a frame without that frame", arguments: [5, 16, 20, 100_000])
    func cut(count: Int) throws {
        let (left, right) = try socketPair()
        let receiver = try SocketEnd(right)
        var bytes: [UInt8] = []
        withUnsafeBytes(of: UInt64(200_000)) { bytes += $0 }
        bytes += [UInt8](repeating: 0, count: 8) + pattern(200_000)
        #expect(write(left, bytes, count) == count)
        close(left)
        #expect(try receiver.next() == nil)
        receiver.socket.close()
    }
}
