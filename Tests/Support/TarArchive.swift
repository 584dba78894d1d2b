/// A tar file (POSIX.1-1988, "ustar"), made entry by entry, with whatever a test wants to stand in it.
package struct TarArchive {
    /// The kinds of entries, as their type flags.
    package enum Kind: Character {
        case file = "0"
        case hardLink = "1"
        case symbolicLink = "2"
        case characterDevice = "3"
        case directory = "5"
        case fifo = "6"
    }

    private var blocks: [UInt8] = []

    package init() {}

    /// - Parameters:
    ///   - link: What a link points to.
    ///   - statedSize: In place of the content's own.
    package mutating func add(
        _ name: String,
        _ kind: Kind = .file,
        link: String = "",
        content: [UInt8] = [],
        mode: Int = 0o755,
        statedSize: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int, limit: Int) {
            for (index, byte) in text.utf8.prefix(limit).enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0, limit: 100)
        put(octal(mode, digits: 7), at: 100, limit: 7)
        put(octal(0, digits: 7), at: 108, limit: 7)
        put(octal(0, digits: 7), at: 116, limit: 7)
        put(octal(statedSize ?? content.count, digits: 11), at: 124, limit: 11)
        put(octal(0, digits: 11), at: 136, limit: 11)
        put(String(repeating: " ", count: 8), at: 148, limit: 8)
        put(String(kind.rawValue), at: 156, limit: 1)
        put(link, at: 157, limit: 100)
        put("ustar\u{0}00", at: 257, limit: 8)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6), at: 148, limit: 6)
        header[154] = 0
        blocks += header
        blocks += content
        blocks += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    package var bytes: [UInt8] { blocks + [UInt8](repeating: 0, count: 1024) }
}
