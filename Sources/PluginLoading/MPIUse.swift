import Glibc

/// Whether the code in this process can use MPI by itself, apart from this project's library.
package enum MPIUse {
    /// Returns the name of a loaded program or library that can use MPI; nil if none can.
    ///
    /// An image can if it is linked with an MPI library, if it needs a function of MPI, or if it asks for the workers'
    /// communicator. Libraries that are loaded later are not seen.
    package static func find() -> String? {
        LoadedImage.all().first { image in
            if image.isOwnLibrary || image.name.isMPILibrary || image.isPartOfMPI { return false }
            if image.neededLibraries.contains(where: \.isMPILibrary) { return true }
            // Libraries of the system name all that they need. Theirs are many symbols, which take time to read.
            guard !image.isOfSystem, let symbols = try? ELFSymbols(path: image.path) else { return false }
            return symbols.needed.contains(where: isOfMPI)
        }?.name
    }

    /// Whether a symbol is a function of MPI in C or Fortran, or the workers' communicator in Swift.
    static func isOfMPI(_ symbol: String) -> Bool {
        symbol.hasPrefix("MPI_") || symbol.hasPrefix("mpi_")
            || symbol.hasPrefix("$s10MPIFutures12CommunicatorC7workers")
    }
}

extension String {
    /// Whether this is the file name of an MPI library: `libmpi.so.12`, `libmpich.so.12`, `libmpi_mpifh.so.40`.
    var isMPILibrary: Bool { hasPrefix("libmpi") && contains(".so") }
}

extension LoadedImage {
    fileprivate var isOwnLibrary: Bool { name.hasPrefix("libMPIFutures.so") }

    /// Whether this is one of the parts that Open MPI loads.
    fileprivate var isPartOfMPI: Bool { name.hasPrefix("mca_") || name.hasPrefix("libmca_") }

    fileprivate var isOfSystem: Bool {
        path.hasPrefix("/usr/lib") || path.hasPrefix("/lib") || path.contains("/swift/linux/")
    }

    /// The file names of the libraries that the image is linked with (`DT_NEEDED`).
    var neededLibraries: [String] {
        guard let segment = headers.first(where: { $0.p_type == PT_DYNAMIC }),
            let start = UnsafePointer<Elf64_Dyn>(bitPattern: loadBias &+ UInt(segment.p_vaddr))
        else { return [] }
        let entries = UnsafeBufferPointer(start: start, count: Int(segment.p_memsz) / MemoryLayout<Elf64_Dyn>.stride)
            .prefix { $0.d_tag != DT_NULL }
        guard let texts = entries.first(where: { $0.d_tag == DT_STRTAB }) else { return [] }
        // The loader has made an address of the offset, on most architectures.
        let address = UInt(texts.d_un.d_ptr)
        let table = address < loadBias ? loadBias &+ address : address
        return entries.filter { $0.d_tag == DT_NEEDED }.compactMap { entry in
            UnsafePointer<CChar>(bitPattern: table &+ UInt(entry.d_un.d_val)).map { String(cString: $0) }
        }
    }
}
