import Glibc

/// The sections of an ELF file.
struct ELFSections: Sequence {
    static let moduleHash = ".swift_modhash"
    static let buildID = ".note.gnu.build-id"

    struct Section {
        let name: String
        let address: UInt64
        let offset: UInt64
        let size: UInt64
        let flags: UInt64
        /// Whether the loader maps the section.
        let isLoaded: Bool
        /// Whether the section has bytes in the file.
        let hasContent: Bool
    }

    private var sections: [Section] = []

    /// Reads the table of sections. It is empty if the file has none, or one of an unusual form.
    ///
    /// - Throws: `truncated` if a section is not wholly inside the file.
    init(of file: borrowing RegularFile, header: ELFHeader) throws(PluginError) {
        let entrySize = MemoryLayout<Elf64_Shdr>.size
        let count = header.sectionHeaderCount
        let bytes = try file.bytes(at: Int(header.sectionHeaderOffset), count: count * entrySize)
        guard count > 0, bytes.count == count * entrySize else { return }
        let entries = bytes.withUnsafeBytes { buffer in
            (0..<count).map { buffer.loadUnaligned(fromByteOffset: $0 * entrySize, as: Elf64_Shdr.self) }
        }
        guard let table = entries.indices.contains(header.sectionNames) ? entries[header.sectionNames] : nil else {
            return
        }
        try file.require(offset: table.sh_offset, count: table.sh_size)
        let names = try file.bytes(at: Int(table.sh_offset), count: Int(table.sh_size))
        for entry in entries {
            let hasContent = entry.sh_type != UInt32(SHT_NOBITS)
            if hasContent { try file.require(offset: entry.sh_offset, count: entry.sh_size) }
            let name = names.dropFirst(Int(entry.sh_name)).prefix { $0 != 0 }
            sections.append(
                Section(
                    name: String(decoding: name, as: UTF8.self),
                    address: entry.sh_addr,
                    offset: entry.sh_offset,
                    size: entry.sh_size,
                    flags: entry.sh_flags,
                    isLoaded: entry.sh_flags & UInt64(SHF_ALLOC) != 0,
                    hasContent: hasContent
                )
            )
        }
    }

    func makeIterator() -> some IteratorProtocol<Section> { sections.makeIterator() }
}
