import Glibc

/// The libraries that a library is linked with, read from its file without loading it.
///
/// The file's section headers lead to them, as in `ELFSymbols`.
package struct ELFDependencies {
    /// The file names (`DT_NEEDED`), in order.
    package let names: [String]

    /// The names of MPI libraries among them.
    package var ofMPI: [String] { names.filter(\.isMPILibrary) }

    /// `Elf64_Dyn` of <elf.h>, whose union does not conform to `BitwiseCopyable`.
    private struct Entry: BitwiseCopyable {
        let tag: Int64
        let value: UInt64
    }

    /// - Throws: The errors of `ELFImage.init`.
    package init(path: String) throws(PluginError) {
        let file = try RegularFile(path: path)
        let header = try ELFHeader(of: file)
        let sections: [Elf64_Shdr] = try file.records(at: header.sectionHeaderOffset, count: header.sectionHeaderCount)
        guard let dynamic = sections.first(where: { $0.sh_type == UInt32(SHT_DYNAMIC) }),
            sections.indices.contains(Int(dynamic.sh_link))
        else {
            names = []
            return
        }
        let texts = try file.content(of: sections[Int(dynamic.sh_link)])
        let count = Int(dynamic.sh_size) / MemoryLayout<Entry>.size
        let entries: [Entry] = try file.records(at: dynamic.sh_offset, count: count)
        names = entries.filter { $0.tag == DT_NEEDED }.map { entry in
            let name = texts.dropFirst(Int(clamping: entry.value)).prefix { $0 != 0 }
            return String(decoding: name, as: UTF8.self)
        }
    }
}
