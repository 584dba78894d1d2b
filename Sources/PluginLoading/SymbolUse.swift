import Glibc

/// Which of a library's functions the program and its other libraries can call.
package enum SymbolUse {
    /// Whether an image of this process refers to a symbol of a library.
    ///
    /// What is loaded later is not foreseen. True also where nothing can be told, since the library is no image of its
    /// own but linked into the program.
    ///
    /// - Parameters:
    ///   - symbol: As the linker knows it.
    ///   - library: The library's file name, by which images depend on it.
    package static func isPossible(of symbol: String, in library: String) -> Bool {
        let images = LoadedImage.all()
        guard images.contains(where: { $0.name == library }) else { return true }
        return images.contains { $0.dynamicSection?.refers(to: symbol, in: library) ?? false }
    }
}

/// What an image tells the loader, in memory: see `elf(5)`.
private struct DynamicSection {
    private let entries: UnsafePointer<Elf64_Dyn>
    private let loadBias: UInt

    init(_ entries: UnsafePointer<Elf64_Dyn>, loadBias: UInt) {
        self.entries = entries
        self.loadBias = loadBias
    }

    func refers(to symbol: String, in library: String) -> Bool {
        guard let texts: UnsafePointer<CChar> = table(DT_STRTAB),
            values(DT_NEEDED).contains(where: { baseName(String(cString: texts + Int($0))) == library }),
            let symbols: UnsafePointer<Elf64_Sym> = table(DT_SYMTAB),
            let hash: UnsafePointer<UInt32> = table(DT_GNU_HASH)
        else { return false }
        // The hash table leaves out what others are to have: it begins behind that.
        let count = Int(hash[1])
        return (0..<count).contains { index in
            symbols[index].st_shndx == SHN_UNDEF && strcmp(texts + Int(symbols[index].st_name), symbol) == 0
        }
    }

    private func values(_ tag: Int32) -> [UInt64] {
        var values: [UInt64] = []
        var entry = entries
        while entry.pointee.d_tag != DT_NULL {
            if entry.pointee.d_tag == Int64(tag) { values.append(entry.pointee.d_un.d_val) }
            entry += 1
        }
        return values
    }

    /// A table's address, which the loader has put in place of its offset, on most machines.
    private func table<Element>(_ tag: Int32) -> UnsafePointer<Element>? {
        guard let value = values(tag).first.map({ UInt($0) }) else { return nil }
        return UnsafePointer(bitPattern: value < loadBias ? value &+ loadBias : value)
    }
}

extension LoadedImage {
    fileprivate var dynamicSection: DynamicSection? {
        guard let segment = headers.first(where: { $0.p_type == PT_DYNAMIC }) else { return nil }
        return UnsafePointer(bitPattern: loadBias &+ UInt(segment.p_vaddr)).map {
            DynamicSection($0, loadBias: loadBias)
        }
    }
}
