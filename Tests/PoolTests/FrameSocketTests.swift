import Glibc
import Support
import Testing
import Transport
import Waiting
import Wire

@Suite("A connection between two processes", .ownThread)
struct FrameSocketTests {
    private let other: CInt
    private let socket: FrameSocket
    private let news = Parker()

    init() throws {
        var ends: [CInt] = [-1, -1]
        try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        other = ends[0]
        let news = news
        socket = try FrameSocket(descriptor: ends[1]) { news.unpark() }
    }

    private func announce(_ byteCount: UInt64) {
        let header = FrameBuffer(capacity: 16)
        header.append(byteCount)
        header.append(UInt64(0))
        #expect(Glibc.write(other, header.base, header.count) == header.count)
    }

    private func waitForEnd() -> Bool {
        let deadline = Instant.after(hangTime)
        while !socket.isClosed {
            guard news.park(until: deadline) else { return false }
        }
        return true
    }

    @Test(
        "A connection between two processes ends with a reason when no memory can hold an announced frame",
        arguments: [1 << 63, .max, 1 << 62, 1 << 50]
    )
    func huge(byteCount: UInt64) {
        announce(byteCount)
        #expect(waitForEnd())
        #expect(socket.failure?.reason.contains("\(byteCount)") == true)
        socket.close()
        close(other)
    }

    @Test(
        "A connection between two processes allocates a large frame as its bytes come, and just ends when they do not"
    )
    func large() {
        let before = residentPages
        announce(1 << 30)
        let half = [UInt8](repeating: 7, count: 1 << 20)
        #expect(Glibc.write(other, half, half.count) == half.count)
        close(other)
        #expect(waitForEnd())
        #expect(socket.failure == nil)
        #expect(socket.take() == nil)
        // Huge pages, the test itself, and others beside it.
        #expect(residentPages - before < 131_072, "half a gigabyte")
        socket.close()
    }

    private var residentPages: Int {
        guard let file = fopen("/proc/self/statm", "re") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, CInt(line.count), file) != nil else { return 0 }
        let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
