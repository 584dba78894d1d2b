/// Finds the lines with which workers say why they end, in what all processes of their job write to standard error.
///
/// They come first, and much may follow, such as the backtrace of a crash.
package struct WorkerErrors {
    private static let mark = Array("mpifutures: ".utf8)
    /// A line is looked at up to here.
    private static let lineLimit = 4096

    /// The beginning of a line that has not ended.
    private var line: [UInt8] = []

    /// The first line of a rank, without the project's name before it.
    package private(set) var first: String?
    /// The first line that is an error of the project's, a rank's or not.
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
