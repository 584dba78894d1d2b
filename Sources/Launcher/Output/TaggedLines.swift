/// Puts a tag before each line of an output, as GNU parallel's `--tag` does.
enum TaggedLines {
    /// - Parameter tag: The tag. A newline in it becomes a space.
    static func make(_ output: [UInt8], tag: [UInt8]) -> [UInt8] {
        guard !output.isEmpty else { return [] }
        let newline = UInt8(ascii: "\n")
        let head = tag.map { $0 == newline ? UInt8(ascii: " ") : $0 } + [UInt8(ascii: "\t")]
        var lines = head
        lines.reserveCapacity(output.count + head.count)
        for (index, byte) in output.enumerated() {
            lines.append(byte)
            if byte == newline, index + 1 < output.count { lines += head }
        }
        return lines
    }
}
