import Glibc

/// The header of an ELF file, which has been checked to be one for this machine.
struct ELFHeader {
    let type: UInt16
    let programHeaderOffset: UInt64
    let programHeaderCount: Int
    let sectionHeaderOffset: UInt64
    /// The number of section headers; 0 also if the table has an unusual form.
    let sectionHeaderCount: Int
    /// The index of the section with the names of all sections.
    let sectionNames: Int

    /// - Throws: `notALibrary`, `wrongArchitecture` or `truncated`.
    init(of file: borrowing RegularFile) throws(PluginError) {
        let bytes = try file.bytes(at: 0, count: 512)
        guard bytes.starts(with: [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) else {
            throw .cannotLoad(file.path, .notALibrary, ELFHeader.describeForeignContent(bytes, of: file.path))
        }
        guard bytes.count >= MemoryLayout<Elf64_Ehdr>.size else {
            throw .truncated(file, needed: UInt64(MemoryLayout<Elf64_Ehdr>.size))
        }
        let header = bytes.withUnsafeBytes { $0.loadUnaligned(as: Elf64_Ehdr.self) }
        let isNative = bytes[Int(EI_CLASS)] == ELFCLASS64 && bytes[Int(EI_DATA)] == ELFDATA2LSB
        guard isNative, header.e_machine == ELFHeader.nativeMachine.number else {
            throw .cannotLoad(
                file.path,
                .wrongArchitecture,
                "it is built for \(ELFHeader.describeMachine(bytes)), and this machine is "
                    + "\(ELFHeader.nativeMachine.name); build it here, or for this machine"
            )
        }
        guard header.e_phentsize == MemoryLayout<Elf64_Phdr>.size || header.e_phnum == 0 else {
            throw .cannotLoad(file.path, .notALibrary, "its ELF header is damaged; build it again")
        }
        type = header.e_type
        programHeaderOffset = header.e_phoff
        programHeaderCount = Int(header.e_phnum)
        sectionHeaderOffset = header.e_shoff
        sectionHeaderCount = header.e_shentsize == MemoryLayout<Elf64_Shdr>.size ? Int(header.e_shnum) : 0

        sectionNames = Int(header.e_shstrndx)

        // The loader ignores the section table. As the last part of the file it is the best sign of an incomplete copy.
        let sections = UInt64(header.e_shnum) * UInt64(header.e_shentsize)
        try file.require(offset: header.e_shoff, count: sections)
    }
}

extension ELFHeader {
    #if arch(x86_64)
        fileprivate static let nativeMachine = (number: UInt16(EM_X86_64), name: "x86-64")
    #elseif arch(arm64)
        fileprivate static let nativeMachine = (number: UInt16(EM_AARCH64), name: "AArch64")
    #endif

    /// Returns the machine of a header. The field has the same place in every ELF file (`elf(5)`).
    private static func describeMachine(_ bytes: [UInt8]) -> String {
        let isBigEndian = bytes[Int(EI_DATA)] == ELFDATA2MSB
        let field = (UInt16(bytes[18]), UInt16(bytes[19]))
        let number = isBigEndian ? field.0 << 8 | field.1 : field.1 << 8 | field.0
        switch Int32(number) {
        case EM_X86_64: return bytes[Int(EI_CLASS)] == ELFCLASS64 ? "x86-64" : "x32"
        case EM_AARCH64: return isBigEndian ? "big-endian AArch64" : "AArch64"
        case EM_386: return "32-bit x86"
        case EM_ARM: return "32-bit ARM"
        case EM_RISCV: return "RISC-V"
        case EM_PPC64: return isBigEndian ? "big-endian POWER" : "POWER"
        case EM_S390: return "IBM Z"
        default: return "another machine (ELF machine \(number))"
        }
    }

    /// Returns whether a file has the name of a source in C, C++ or Fortran.
    private static func isForeignSource(_ path: String) -> Bool {
        [".c", ".cc", ".cpp", ".cxx", ".C", ".f90", ".f", ".F90"].contains { path.hasSuffix($0) }
    }

    /// Returns the apparent kind of a file without ELF's magic number.
    private static func describeForeignContent(_ bytes: [UInt8], of path: String) -> String {
        let compile = "compile it with `swiftc -parse-as-library -emit-library`"
        let foreign = "compile it with the options `-shared -fPIC`"
        if bytes.isEmpty {
            return "the file is empty, not a shared library"
        }
        if bytes.starts(with: Array("!<arch>\n".utf8)) {
            return "it is a static library, not a shared library; link it with `-shared` or `-emit-library`"
        }
        if [[0xcf, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe]].contains(Array(bytes.prefix(4))) {
            return "it is a macOS binary, not a shared library for Linux; \(compile) here"
        }
        // A multi-byte character may be cut at the end of what was read.
        let isText =
            !bytes.contains(0) && (0..<4).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
        return isText
            ? "it is a text file, not a shared library; \(isForeignSource(path) ? foreign : compile)"
            : "it is not a shared library: it has no ELF header"
    }
}

extension RegularFile {
    /// Checks that a part of the file that its headers announce is inside the file. An absent part (offset 0) is.
    ///
    /// - Throws: `truncated`.
    borrowing func require(offset: UInt64, count: UInt64) throws(PluginError) {
        guard offset != 0 || count != 0 else { return }
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= UInt64(size) else {
            throw .truncated(self, needed: overflow ? .max : end)
        }
    }
}
