internal import PluginForms
internal import PluginLoading
internal import Wire

/// Sends files from rank 0 to hosts that lack them, in messages of about a mebibyte.
enum StagingCopy {
    private enum Mark: UInt8 { case directory, file, executable, bytes, end, failure }

    private static let messageSize = 1 << 20

    /// Sends a file, or a directory with all that is in it. An error of reading it is sent in its place.
    static func send(_ root: String, to ranks: [Int]) throws {
        let buffer = FrameBuffer(capacity: messageSize * 2)
        func flush() throws {
            let message = Array(buffer.bytes)
            for rank in ranks { try StagingMessage.send(message, to: rank) }
            buffer.truncate(to: 0)
        }
        var source = CopySource(root)
        do {
            try source.forEachPiece { piece in
                append(piece, to: buffer)
                if buffer.count >= messageSize { try flush() }
            }
            buffer.append(byte: Mark.end.rawValue)
        } catch let error as PluginError {
            buffer.append(byte: Mark.failure.rawValue)
            buffer.append(text: error.message)
        }
        try flush()
    }

    private static func append(_ piece: CopyPiece, to buffer: FrameBuffer) {
        switch piece {
        case .directory(let path):
            buffer.append(byte: Mark.directory.rawValue)
            buffer.append(text: path)
        case .file(let path, let isExecutable):
            buffer.append(byte: (isExecutable ? Mark.executable : .file).rawValue)
            buffer.append(text: path)
        case .bytes(let bytes):
            buffer.append(byte: Mark.bytes.rawValue)
            bytes.withUnsafeBytes { buffer.append(block: $0) }
        }
    }

    /// Receives the files into a temporary directory of this process.
    static func receive(from rank: Int) throws -> Result<PrivateDirectory, PluginError> {
        let directory = Result { () throws(PluginError) in try PrivateDirectory() }
        let target = (try? directory.get()).map { CopyTarget($0.path) }
        // All messages are received, also after an error: rank 0 waits until they are.
        var failure: PluginError?
        while true {
            let message = try StagingMessage.receive(from: rank)
            let isEnd = try message.withUnsafeBytes { bytes in
                var reader = FrameReader(bytes)
                while !reader.isAtEnd {
                    switch Mark(rawValue: try reader.byte()) {
                    case .directory: write(.directory(path: try reader.text()))
                    case .file: write(.file(path: try reader.text(), isExecutable: false))
                    case .executable: write(.file(path: try reader.text(), isExecutable: true))
                    case .bytes: write(.bytes(Array(try reader.block())))
                    case .failure:
                        let problem = try reader.text()
                        failure = failure ?? PluginError(code: .notStaged, path: "", problem: problem)
                        return true
                    case .end: return true
                    case nil: throw WireError("a piece of a copy of an unknown kind", offset: reader.offset)
                    }
                }
                return false
            }
            if isEnd { break }
        }
        guard let reason = failure else { return directory }
        (try? directory.get())?.remove()
        return .failure(reason)

        func write(_ piece: CopyPiece) {
            guard failure == nil else { return }
            do throws(PluginError) { try target?.write(piece) } catch { failure = error }
        }
    }
}
