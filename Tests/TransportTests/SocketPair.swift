import Glibc
import Support
import Testing
import Transport
import Waiting
import Wire

/// Two connected sockets.
func socketPair() throws -> (CInt, CInt) {
    var ends: [CInt] = [-1, -1]
    try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
    return (ends[0], ends[1])
}

/// One end of a connection, as a test uses it.
final class SocketEnd: Sendable {
    struct NothingCame: Error {}

    private let rung: Parker
    let socket: FrameSocket

    init(_ descriptor: CInt) throws {
        let rung = Parker()
        self.rung = rung
        socket = try FrameSocket(descriptor: descriptor) { rung.unpark() }
    }

    /// Waits for the next frame; nil if the other end has closed.
    func next() throws -> (worker: UInt32, bytes: [UInt8])? {
        while true {
            if let (worker, frame) = socket.take() { return (worker, Array(frame.bytes)) }
            if socket.isClosed { return socket.take().map { ($0, Array($1.bytes)) } }
            guard rung.park(until: .after(hangTime)) else { throw NothingCame() }
        }
    }

    /// Waits until the other end has closed.
    func waitForEnd() throws {
        while !socket.isClosed {
            guard rung.park(until: .after(hangTime)) else { throw NothingCame() }
        }
    }
}

/// A frame with these bytes.
func frame(_ bytes: [UInt8]) -> FrameBuffer {
    let frame = FrameBuffer(capacity: bytes.count)
    bytes.withUnsafeBytes { frame.append($0) }
    return frame
}

/// Bytes that differ from place to place.
///
/// The loop is no generic loop over a range. Such loops take a lock of the Swift runtime if they are not optimized, and
/// under the thread sanitizer some megabytes would take minutes.
func pattern(_ count: Int, _ seed: Int = 0) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        guard let bytes = buffer.baseAddress else { return }
        var place = 0
        while place < count {
            bytes[place] = UInt8(truncatingIfNeeded: (place &+ seed) &* 131 &+ place >> 8)
            place &+= 1
        }
        initializedCount = count
    }
}
