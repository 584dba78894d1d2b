import CLinux
import Glibc
import Testing

@Suite("Descriptors that are passed to another process")
struct DescriptorPassingTests {
    /// Two connected sockets, as a rank and its runner have them.
    private func sockets() throws -> (near: CInt, far: CInt) {
        var ends: [CInt] = [-1, -1]
        try #require(clinux_socket_pair(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test("A message arrives as it was sent, with descriptors of the same files")
    func arrives() throws {
        let (near, far) = try sockets()
        defer { close(near); close(far) }
        var pipe: [CInt] = [-1, -1]
        try #require(clinux_pipe(&pipe) == 0)
        #expect(clinux_send_with_descriptors(near, "hello", 5, pipe, 2) == 0)
        for end in pipe { close(end) }
        var text = [UInt8](repeating: 0, count: 64)
        var received: [CInt] = [-1, -1]
        #expect(clinux_receive_with_descriptors(far, &text, text.count, &received, 2) == 5)
        #expect(text.prefix(5).elementsEqual("hello".utf8))
        #expect(write(received[1], "x", 1) == 1)
        #expect(read(received[0], &text, 1) == 1 && text[0] == UInt8(ascii: "x"))
        // Programs that are executed do not inherit them.
        #expect(received.allSatisfy { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 })
        for descriptor in received { close(descriptor) }
    }

    @Test("A message with another number of descriptors is refused, and the end of the other side is seen")
    func refused() throws {
        let (near, far) = try sockets()
        defer { close(far) }
        #expect(clinux_send_with_descriptors(near, "x", 1, [far], 1) == 0)
        var text = [UInt8](repeating: 0, count: 64)
        var received: [CInt] = [-1, -1]
        #expect(clinux_receive_with_descriptors(far, &text, text.count, &received, 2) == -1 && errno == EPROTO)
        close(near)
        #expect(clinux_receive_with_descriptors(far, &text, text.count, &received, 2) == 0)
        #expect(clinux_send_with_descriptors(far, "x", 1, [far, far, far, far, far], 5) == -1)
    }

    @Test("The threads of a process are counted")
    func threads() throws {
        // Other tests start and end threads meanwhile.
        let isRight = (0..<1000).contains { _ in clinux_thread_count() == threadsOfStatus().map { CInt($0) } }
        #expect(isRight)
        #expect(clinux_thread_count() >= 1)
    }

    /// The number of threads that `/proc` tells.
    private func threadsOfStatus() -> Int? {
        guard let file = fopen("/proc/self/status", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            if words.first == "Threads:" { return words.last.flatMap { Int($0) } }
        }
        return nil
    }
}
