internal import Glibc
internal import Linux
internal import Specs

/// Reads a file in blocks of whole lines, as they are asked for.
final class ChunkReader: ChunkSource {
    private let descriptor: CInt
    private let name: String
    private let size: Int
    /// The bytes that have been read. Those before `begin` have been returned.
    private var bytes: [UInt8] = []
    private var begin = 0
    private var hasEnded = false
    private var last: (index: Int, chunk: [UInt8]?) = (-1, nil)
    private(set) var failure: SpecListError?

    /// - Parameter descriptor: The file. The reader closes it if it is not standard input.
    init(_ descriptor: CInt, name: String, size: Int) {
        self.descriptor = descriptor
        self.name = name
        self.size = size
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    func chunk(at index: Int) -> [UInt8]? {
        if index == last.index { return last.chunk }
        last = (index, readChunk())
        return last.chunk
    }

    /// Reads as many whole lines as fit into `size` bytes, or one longer line.
    private func readChunk() -> [UInt8]? {
        var searched = size
        while true {
            let rest = bytes[begin...]
            if hasEnded, rest.count <= size { return rest.isEmpty ? nil : take(rest.count) }
            if rest.count >= size {
                if let end = rest.prefix(size).lastIndex(of: Self.newline) { return take(end + 1 - begin) }
                if let end = rest.dropFirst(searched).firstIndex(of: Self.newline) { return take(end + 1 - begin) }
                if hasEnded { return take(rest.count) }
                searched = rest.count
            }
            read()
        }
    }

    private static let newline = UInt8(ascii: "\n")

    private func take(_ count: Int) -> [UInt8] {
        defer { begin += count }
        return Array(bytes[begin..<begin + count])
    }

    private func read() {
        bytes.removeFirst(begin)
        begin = 0
        let wanted = max(size - bytes.count, 1 << 16)
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: wanted))
        let count = bytes.withUnsafeMutableBytes { bytes in
            Glibc.read(descriptor, bytes.baseAddress.map { $0 + start }, wanted)
        }
        let cause = errno
        bytes.removeLast(wanted - max(0, count))
        if count < 0, cause == EINTR { return }
        if count < 0 { failure = SpecListError("cannot read '\(name)': \(SystemError.Code(cause))") }
        hasEnded = count <= 0
    }
}
