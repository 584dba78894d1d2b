/// A zip file (APPNOTE.TXT of PKWARE) of files that are stored as they are.
package struct ZipArchive {
    private var files: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    package init() {}

    /// - Parameters:
    ///   - mode: The type and the permissions of a file in Unix: 0o120777 for a symbolic link.
    ///   - statedSize: In place of the content's own.
    package mutating func add(_ name: String, content: [UInt8], mode: Int = 0o100755, statedSize: Int? = nil) {
        let size = statedSize ?? content.count
        // The fields that the local header and the directory share; names are UTF-8.
        let shared =
            little(20, 2) + little(0x0800, 2) + little(0, 2) + little(0, 4) + little(crc32(content), 4)
            + little(size, 4) + little(size, 4) + little(name.utf8.count, 2) + little(0, 2)
        let offset = files.count
        files += little(0x0403_4b50, 4) + shared + Array(name.utf8) + content
        directory += little(0x0201_4b50, 4) + little(0x0314, 2) + shared
        directory += little(0, 2) + little(0, 2) + little(0, 2) + little(mode << 16, 4) + little(offset, 4)
        directory += Array(name.utf8)
        count += 1
    }

    package var bytes: [UInt8] {
        files + directory + little(0x0605_4b50, 4) + little(0, 4) + little(count, 2) + little(count, 2)
            + little(directory.count, 4) + little(files.count, 4) + little(0, 2)
    }

    private func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private func crc32(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return Int(~sum)
    }
}
