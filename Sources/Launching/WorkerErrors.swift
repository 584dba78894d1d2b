/// Finds the lines in which workers say why they end, in the standard error of all processes of their job.
///
/// The reason comes first. Much may follow it, such as the backtrace of a crash.
package struct WorkerErrors {
    private static let mark = Array("mpifutures: ".utf8)
    /// The number of bytes of a line that are examined.
    private static let lineLimit = 4096

    /// The beginning of an incomplete line.
    private var line: [UInt8] = []

    /// The first error of a rank, without the project's name before it.
    package private(set) var first: String?
    /// The first error of this project, with or without a rank.
    package private(set) var firstOfAny: String?

    package init() {}

    package mutating func pass(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.lineLimit { line.append(byte) }
                continue
            }
            take()
            line.removeAll(keepingCapacity: true)
        }
    }

    private mutating func take() {
        guard first == nil, line.starts(with: Self.mark) else { return }
        let text = String(decoding: line[Self.mark.count...], as: UTF8.self)
        guard !text.hasPrefix("warning: ") else { return }
        if firstOfAny == nil { firstOfAny = text }
        if text.hasPrefix("rank ") { first = text }
    }
}
