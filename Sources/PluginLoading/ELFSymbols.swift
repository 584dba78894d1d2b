import Glibc

/// The dynamic symbols of a library: what it exports, and what it needs from others.
///
/// The file's section headers lead to them (`elf(5)`). A library without section headers, which no usual linker makes,
/// shows none.
package struct ELFSymbols {
    /// The functions that the library exports, in order.
    package private(set) var functions: [String] = []
    /// The symbols that the library needs from others.
    package private(set) var needed: Set<String> = []

    /// - Throws: The errors of `ELFImage.init`.
    package init(path: String) throws(PluginError) {
        let file = try RegularFile(path: path)
        let header = try ELFHeader(of: file)
        let sections: [Elf64_Shdr] = try file.records(at: header.sectionHeaderOffset, count: header.sectionHeaderCount)
        guard let table = sections.first(where: { $0.sh_type == UInt32(SHT_DYNSYM) }),
            sections.indices.contains(Int(table.sh_link))
        else { return }
        let texts = try file.content(of: sections[Int(table.sh_link)])
        try file.require(offset: table.sh_offset, count: table.sh_size)
        let count = Int(table.sh_size) / MemoryLayout<Elf64_Sym>.size
        for symbol in try file.records(at: table.sh_offset, count: count) as [Elf64_Sym] {
            let name = String(decoding: texts.dropFirst(Int(symbol.st_name)).prefix { $0 != 0 }, as: UTF8.self)
            if symbol.st_shndx == SHN_UNDEF {
                needed.insert(name)
            } else if Int32(symbol.st_info & 0xF) == STT_FUNC {
                functions.append(name)
            }
        }
        functions.sort()
    }
}

extension RegularFile {
    /// Reads a part of the file that its headers announce.
    ///
    /// - Throws: `truncated`, `unreadable`.
    borrowing func content(of section: Elf64_Shdr) throws(PluginError) -> [UInt8] {
        try require(offset: section.sh_offset, count: section.sh_size)
        return try bytes(at: Int(section.sh_offset), count: Int(section.sh_size))
    }

    /// Reads consecutive C structures.
    borrowing func records<Record: BitwiseCopyable>(
        at offset: UInt64,
        count: Int
    ) throws(PluginError) -> [Record] {
        let size = MemoryLayout<Record>.stride
        try require(offset: offset, count: UInt64(count * size))
        let bytes = try bytes(at: Int(offset), count: count * size)
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Record.self) }
        }
    }
}
