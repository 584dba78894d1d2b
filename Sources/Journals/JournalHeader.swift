package import Wire

/// The first bytes of a journal. Docs/JournalFormat.md describes the format.
package struct JournalHeader: Equatable, Sendable {
    /// The version of the format that this code reads and writes.
    package static let version: UInt32 = 1
    package static let size = 48
    private static let magic: [UInt8] = [0x89] + Array("mpifjrn".utf8)

    /// The secret key of the journal's hashes.
    package let key: SipHash.Words

    package init(key: SipHash.Words) { self.key = key }

    /// Makes the header of a new journal.
    package init() {
        var generator = SystemRandomNumberGenerator()
        key = SipHash.Words(low: generator.next(), high: generator.next())
    }

    package enum Fault: Error, Equatable {
        /// The file is not a journal.
        case foreign
        /// The file is a journal of another version of the format.
        case otherVersion(UInt32)
        /// The header is damaged.
        case damaged
    }

    package func write(to buffer: FrameBuffer) {
        let start = buffer.count
        Self.magic.withUnsafeBytes { buffer.append($0) }
        buffer.append(Self.version)
        buffer.append(UInt32(Self.size))
        buffer.append(key.low)
        buffer.append(key.high)
        buffer.append(UInt64(0))
        let covered = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<buffer.count])
        buffer.append(SipHash(key: key, isLong: false).hash64(covered))
    }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(Fault) {
        guard bytes.count >= 12, bytes.prefix(Self.magic.count).elementsEqual(Self.magic) else { throw .foreign }
        let version = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard version == Self.version else { throw .otherVersion(version) }
        guard bytes.count >= Self.size else { throw .damaged }
        key = SipHash.Words(
            low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
        let checksum = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 40, as: UInt64.self))
        let covered = UnsafeRawBufferPointer(rebasing: bytes[..<40])
        guard SipHash(key: key, isLong: false).hash64(covered) == checksum else { throw .damaged }
    }
}
