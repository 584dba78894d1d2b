import Glibc

/// The program headers of an ELF file, which tell what the loader maps and reads.
struct ELFSegments {
    private let type: UInt16
    private let headers: [Elf64_Phdr]

    /// Reads the program headers.
    ///
    /// - Throws: `truncated` if the headers, or the parts that they describe, are not wholly inside the file.
    init(of file: borrowing RegularFile, header: ELFHeader) throws(PluginError) {
        let entrySize = MemoryLayout<Elf64_Phdr>.size
        let count = header.programHeaderCount * entrySize
        try file.require(offset: header.programHeaderOffset, count: UInt64(count))
        let bytes = try file.bytes(at: Int(header.programHeaderOffset), count: count)
        guard bytes.count == count else { throw .truncated(file, needed: header.programHeaderOffset + UInt64(count)) }
        type = header.type
        headers = bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: count, by: entrySize).map {
                buffer.loadUnaligned(fromByteOffset: $0, as: Elf64_Phdr.self)
            }
        }
        for segment in headers where segment.p_type != PT_NULL {
            try file.require(offset: segment.p_offset, count: segment.p_filesz)
        }
    }

    /// Checks that the file is a library, and no other kind of ELF file.
    ///
    /// - Throws: `notALibrary`.
    func checkKind(of file: borrowing RegularFile) throws(PluginError) {
        let reason: String
        switch Int32(type) {
        case ET_DYN where try dynamicFlags(of: file) & positionIndependentExecutable == 0:
            return
        case ET_DYN, ET_EXEC:
            reason =
                "it is an executable, not a shared library; compile it with `-emit-library` (Swift) or `-shared` (C)"
        case ET_REL:
            reason = "it is an object file, not a shared library; link it with `-emit-library` (Swift) or `-shared` (C)"
        case ET_CORE:
            reason = "it is a core dump, not a shared library"
        default:
            reason = "it is an ELF file of an unknown kind, not a shared library"
        }
        throw .cannotLoad(file.path, .notALibrary, reason)
    }

    /// Returns the GNU build ID, if the linker wrote one.
    func buildID(of file: borrowing RegularFile) throws(PluginError) -> ImageIdentity? {
        for segment in headers where segment.p_type == PT_NOTE {
            let bytes = try file.bytes(at: Int(segment.p_offset), count: Int(min(segment.p_filesz, longestTable)))
            if let identity = ImageIdentity(notes: bytes, alignment: Int(clamping: segment.p_align)) {
                return identity
            }
        }
        return nil
    }

    /// Returns the value of `DT_FLAGS_1`, or 0 if there is none.
    private func dynamicFlags(of file: borrowing RegularFile) throws(PluginError) -> UInt64 {
        for segment in headers where segment.p_type == PT_DYNAMIC {
            let bytes = try file.bytes(at: Int(segment.p_offset), count: Int(min(segment.p_filesz, longestTable)))
            for offset in stride(from: 0, through: bytes.count - 16, by: 16) {
                let (tag, value) = bytes.withUnsafeBytes {
                    (
                        $0.loadUnaligned(fromByteOffset: offset, as: Int64.self),
                        $0.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                    )
                }
                if tag == DT_NULL { break }
                if tag == DT_FLAGS_1 { return value }
            }
        }
        return 0
    }
}

/// `DF_1_PIE`: a program that may be placed anywhere has the type of a library, and `dlopen` refuses it by this flag.
private let positionIndependentExecutable: UInt64 = 0x0800_0000

/// The most bytes that are read of a note segment or a dynamic section, more than any usual one has.
private let longestTable: UInt64 = 1 << 20

extension ImageIdentity {
    /// Finds the GNU build ID among the notes of a segment. Returns nil if there is none.
    ///
    /// - Parameter alignment: The segment's `p_align`. Names and descriptors are padded to 8 bytes if it is 8, and to 4
    ///   bytes otherwise.
    init?(notes: [UInt8], alignment: Int) {
        let padding = alignment == 8 ? 8 : 4
        func padded(_ size: Int) -> Int { (size + padding - 1) / padding * padding }
        var offset = 0
        while offset + 12 <= notes.count {
            let header = notes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Elf64_Nhdr.self) }
            let name = offset + 12
            let description = offset + padded(12 + Int(header.n_namesz))
            let end = description + Int(header.n_descsz)
            guard end <= notes.count else { return nil }
            if header.n_type == NT_GNU_BUILD_ID, header.n_descsz > 0,
                notes[name..<(name + Int(header.n_namesz))].elementsEqual([0x47, 0x4e, 0x55, 0])
            {
                self.init(bytes: Array(notes[description..<end]))
                return
            }
            offset = description + padded(Int(header.n_descsz))
        }
        return nil
    }
}
