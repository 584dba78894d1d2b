internal import Glibc
internal import MPIBinding
internal import PluginLoading
internal import Wire

/// The messages between ranks that prepare a plugin.
enum StagingMessage {
    static let wanted: [UInt8] = [1]
    static let notWanted: [UInt8] = [0]

    private static let tag = 1
    /// The time between two probes, in microseconds. A compiler runs meanwhile and needs the core.
    private static let interval: UInt32 = 500

    static func send(_ bytes: [UInt8], to rank: Int) throws {
        try bytes.withUnsafeBytes { bytes in
            var request = try Communicator.world.isend(bytes, to: rank, tag: tag)
            while try request.test() == nil { usleep(interval) }
        }
    }

    static func receive(from rank: Int) throws -> [UInt8] {
        while true {
            // The first probe after an arrival may find nothing.
            for _ in 0..<3 {
                guard let message = try Communicator.world.improbe(source: rank, tag: tag) else { continue }
                var bytes = [UInt8](repeating: 0, count: message.byteCount)
                try bytes.withUnsafeMutableBytes { _ = try message.receiveNow(into: $0) }
                return bytes
            }
            usleep(interval)
        }
    }
}

/// The outcome of preparing a plugin: the path of its library, or the reason why there is none.
struct StagingOutcome {
    let result: Result<String, PluginError>
    /// The library's identity in hexadecimal digits; empty if it is unknown.
    let identity: String

    init(_ result: Result<String, PluginError>) {
        self.result = result
        switch result {
        case .success(let path): identity = (try? ELFImage(path: path)).map { "\($0.identity)" } ?? ""
        case .failure: identity = ""
        }
    }

    func send(to rank: Int) throws {
        let buffer = FrameBuffer(capacity: 1024)
        switch result {
        case .success(let path):
            buffer.append(text: path)
            buffer.append(text: "")
        case .failure(let error):
            buffer.append(text: "")
            buffer.append(text: error.message)
        }
        buffer.append(text: identity)
        try StagingMessage.send(Array(buffer.bytes), to: rank)
    }

    static func receive(from rank: Int) throws -> StagingOutcome {
        let bytes = try StagingMessage.receive(from: rank)
        return try bytes.withUnsafeBytes { bytes in
            var reader = FrameReader(bytes)
            return StagingOutcome(path: try reader.text(), problem: try reader.text(), identity: try reader.text())
        }
    }

    private init(path: String, problem: String, identity: String) {
        result = problem.isEmpty ? .success(path) : .failure(PluginError(code: .notStaged, path: "", problem: problem))
        self.identity = identity
    }
}
