import Linux
import Support
import Testing
import Transport
import Wire

@Suite("What travels over a link")
struct LinkMessageTests {
    private static let messages: [LinkMessage] = [
        .ring, .asleep(received: 0), .asleep(received: .max), .beat, .farewell, .ring,
    ]

    @Test("Messages of a link come out whole and in order, whatever the pieces in which they come", arguments: 1...40)
    func pieces(size: Int) throws {
        let bytes = Self.messages.flatMap(\.bytes)
        var stream = LinkStream()
        var taken: [LinkMessage] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            stream.append(Array(bytes[start..<min(start + size, bytes.count)]))
            while let message = try stream.next() { taken.append(message) }
        }
        #expect(taken == Self.messages)
    }

    @Test("Bytes that are no message of a link are refused", arguments: [0, 5, 1 << 40] as [UInt64])
    func junk(kind: UInt64) {
        var stream = LinkStream()
        stream.append(withUnsafeBytes(of: kind.littleEndian) { Array($0) } + [UInt8](repeating: 0, count: 8))
        do throws(WireError) {
            let message = try stream.next()
            Issue.record("\(String(describing: message)) was taken")
        } catch {}
    }

    @Test("An invitation to a link is read as it was written, and refused if it is cut")
    func invitation() throws {
        let written = LinkInvitation(
            addresses: [.loopback] + HostAddress.ofThisHost,
            port: 40_000,
            greeting: .random(),
            token: .random(),
            heartbeat: Heartbeat(period: 7, patience: 3)
        )
        let frame = FrameBuffer(capacity: 64)
        written.append(to: frame)
        var reader = FrameReader(frame.bytes)
        let read = try LinkInvitation(&reader)
        #expect(read == written)
        #expect(reader.isAtEnd)
        for count in [0, 1, 2, 20, frame.count - 1] {
            var reader = FrameReader(UnsafeRawBufferPointer(rebasing: frame.bytes[..<count]))
            do throws(WireError) {
                _ = try LinkInvitation(&reader)
                Issue.record("\(count) bytes were taken")
            } catch {}
        }
    }

    @Test("Two random secrets differ")
    func secrets() { #expect(LinkSecret.random() != LinkSecret.random()) }
}
